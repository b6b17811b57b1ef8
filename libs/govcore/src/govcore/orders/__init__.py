"""Orders 三单一函: 任务单 task, 指令单 directive, 督办单 supervision, 提示函 reminder.

The ladder issues one (:mod:`govcore.events.late`) or a person gives it; it is received, answered, closed by whoever
issued it or sent back, or not answered in its term: then the next one follows, a rung higher.
"""

from govcore.orders.life import Moved, answer, close, give, received, reject, take_in
from govcore.orders.lifecycle import LIFECYCLE
from govcore.orders.order import Order
from govcore.orders.silence import unanswered
from govcore.orders.succession import succeed

__all__ = [
    "LIFECYCLE",
    "Moved",
    "Order",
    "answer",
    "close",
    "give",
    "received",
    "reject",
    "succeed",
    "take_in",
    "unanswered",
]
