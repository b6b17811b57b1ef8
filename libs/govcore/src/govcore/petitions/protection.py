"""What leaves the petition service, and to whom not.

An accusation is never disclosed or passed to the accused person or unit (信访工作条例, article 30); whoever does so is
punished (46).  So its words leave only for an organ that the office has named, and never through routing rules.
"""

from __future__ import annotations

from govcore.errors import Refusal
from govcore.events.redact import without_identity
from govcore.petitions.petition import Petition

ARTICLES = "信访工作条例 30, 46"


def may_see(petition: Petition, unit: str) -> bool:
    """Whether ``unit`` (a department's code) may learn of this petition at all."""
    if petition.path != "accusation":
        return unit != petition.accused
    return unit == petition.referred_to and unit != petition.accused


def check_addressee(petition: Petition, to: str | None) -> None:
    """Raises ``PETITION_ACCUSED_UNIT`` where it would go to the accused, ``PETITION_ORGAN_NEEDED`` where nobody is
    named for what must not be left to routing rules (an accusation, or whatever accuses a unit)."""
    if to is not None and to == petition.accused:
        raise Refusal("PETITION_ACCUSED_UNIT", field="to", value=to, articles=ARTICLES)
    if to is None and by_hand(petition):
        raise Refusal("PETITION_ORGAN_NEEDED", field="to", articles=ARTICLES)


def by_hand(petition: Petition) -> bool:
    """Whether the office must name the organ itself, because routing rules might send it to the accused."""
    return petition.path == "accusation" or petition.accused is not None


def words(petition: Petition) -> tuple[str, str, str]:
    """Title, text and address as they may leave for a department: without telephone numbers, ids, mail addresses."""
    return without_identity(petition.title), without_identity(petition.text), without_identity(petition.address)
