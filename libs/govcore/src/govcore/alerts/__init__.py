"""Alerts in 告警接入: an alert of a device opens a matter, or folds into the one that it has open."""

from govcore.alerts.door import SENDER, Known, Taken, begun, belongs, checked, opening, take
from govcore.alerts.gauge import Gauge, counted, gauge_ids
from govcore.alerts.watch import Alert, Watch, alert_id, watch_id

__all__ = [
    "SENDER",
    "Alert",
    "Gauge",
    "Known",
    "Taken",
    "Watch",
    "alert_id",
    "begun",
    "belongs",
    "checked",
    "counted",
    "gauge_ids",
    "opening",
    "take",
    "watch_id",
]
