"""Notices out 对外告知: who is told what when something happens, and what becomes of each sending."""

from govcore.notices.notice import BACK_OFF, Notice, again, put_off, retried, sent
from govcore.notices.plan import opens, planned

__all__ = ["BACK_OFF", "Notice", "again", "opens", "planned", "put_off", "retried", "sent"]
