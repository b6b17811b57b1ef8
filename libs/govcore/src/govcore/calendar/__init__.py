"""Time that counts 时限: terms, working calendars, due when and why, late or not.

>>> from datetime import datetime
>>> from govcore.calendar import WorkCalendar, due
>>> china = WorkCalendar.china()
>>> found = due(china.here(datetime(2026, 9, 30, 9)), "3wd", china)
>>> found.at.isoformat(), found.provisional
('2026-10-10T09:00:00+08:00', False)
"""

from __future__ import annotations

from govcore.calendar.days import Day, DayKind, WorkCalendar
from govcore.calendar.model import CHINA, WEEKDAYS, CalendarData, Session, Weekday, read_sessions
from govcore.calendar.notices import Notice, china, days_of, read_notice_file, read_notices
from govcore.calendar.overrides import Calendars
from govcore.calendar.reckon import Due, Judgement, StageDue, due, judge, moment_at, overdue, share_at, share_moment
from govcore.calendar.renewal import Renewed, changed_days, renewals, renewed
from govcore.calendar.rulers import COUNTINGS, Counting, Pause
from govcore.calendar.terms import Stage, Term, TermField, Unit
from govcore.calendar.why import Span, SpanKind

__all__ = [
    "CHINA",
    "COUNTINGS",
    "WEEKDAYS",
    "CalendarData",
    "Calendars",
    "Counting",
    "Day",
    "DayKind",
    "Due",
    "Judgement",
    "Notice",
    "Pause",
    "Renewed",
    "Session",
    "Span",
    "SpanKind",
    "Stage",
    "StageDue",
    "Term",
    "TermField",
    "Unit",
    "Weekday",
    "WorkCalendar",
    "changed_days",
    "china",
    "days_of",
    "due",
    "judge",
    "moment_at",
    "overdue",
    "read_notice_file",
    "read_notices",
    "read_sessions",
    "renewals",
    "renewed",
    "share_at",
    "share_moment",
]
