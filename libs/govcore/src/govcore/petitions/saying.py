"""Puts a petition into messages; never who petitioned, and of an accusation nothing that would betray it."""

from __future__ import annotations

from typing import Any

from govcore.events.decision import Said
from govcore.messages import PetitionAnswered, PetitionReferred, PetitionRegistered
from govcore.petitions.petition import Petition
from govcore.petitions.protection import by_hand, words


def registered(petition: Petition) -> Said:
    """It was registered (登记)."""
    return _said(petition, PetitionRegistered(**_facts(petition), registered_at=petition.registered_at))


def referred(petition: Petition) -> Said:
    """It needs a department: dispatch files it as a report."""
    title, text, address = words(petition)
    return _said(
        petition,
        PetitionReferred(
            **_facts(petition),
            referral_id=f"{petition.id}-{petition.referrals}",
            title=title,
            text=text,
            address=address,
            point=petition.point,
            grid=petition.grid,
            severity=petition.severity,
            referred_at=petition.arrived_at or petition.registered_at,
        ),
    )


def answered(petition: Petition, on_time: bool | None) -> Said:
    """The petitioner has an answer; of what was referred by hand, not which and by whom."""
    hidden = by_hand(petition)
    return _said(
        petition,
        PetitionAnswered(
            **_facts(petition),
            event_id=petition.event_id,
            lead=None if hidden else petition.lead,
            outcome=petition.outcome or "",
            note="" if hidden else petition.result,
            on_time=on_time,
            answered_at=petition.answered_at or petition.registered_at,
        ),
    )


def _said(petition: Petition, payload: PetitionRegistered | PetitionReferred | PetitionAnswered) -> Said:
    return Said(payload, petition.id, petition.version, payload.place)


def _facts(petition: Petition) -> dict[str, Any]:
    """What every message carries.  An accusation is told without its path, class and village: they would betray it."""
    hidden = by_hand(petition)
    return {
        "petition_id": petition.id,
        "state": petition.state,
        "channel": petition.channel,
        "path": None if hidden else petition.path,
        "class_code": None if hidden else petition.class_code,
        "class_name": None if hidden else petition.class_name,
        "place": _county(petition.place) if hidden else petition.place,
        "division": None if hidden else petition.division,
        "received_at": petition.received_at,
        "due_at": petition.due_at,
    }


def _county(place: str) -> str:
    return ".".join(place.split(".")[:3])
