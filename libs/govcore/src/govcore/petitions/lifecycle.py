"""All transitions of a petition, the reason beside every line (信访工作条例, articles 22–36)."""

from __future__ import annotations

from collections.abc import Mapping

from govcore.events.lifecycle import NOTHING, Lifecycle
from govcore.events.lifecycle import Transition as T

PETITION = Lifecycle(
    name="petition",
    version=1,
    refusal="PETITION_NOT_ALLOWED",
    ends=frozenset({"closed"}),
    transitions=(
        T(NOTHING, "register", "registered", "office", "22: whatever comes in is registered"),
        T("registered", "refer", "referred", "office", "22: forwarded or assigned to the competent organ"),
        T("registered", "answer", "answered", "office", "22, 23: answered at once, or not accepted and told why"),
        T("referred", "accept", "handling", "organ", "23: the organ accepts it"),
        T(
            "referred",
            "object",
            "registered",
            "organ",
            "23: not its jurisdiction, with reasons: the office has it again",
        ),
        T("referred", "send_back", "registered", "organ", "nobody's matter there: the office has it again"),
        T("referred", "answer", "answered", "organ", "the answer came before anybody said it was accepted"),
        T("handling", "object", "registered", "organ", "23: seen within the term that it is not its jurisdiction"),
        T("handling", "send_back", "registered", "organ", "nobody's matter there: the office has it again"),
        T("handling", "extend", "handling", "organ", "34: once, with approval, the reasons told"),
        T("handling", "answer", "answered", "organ", "32, 34: the written opinion"),
        T("answered", "redo", "handling", "organ", "the matter was opened again or found not handled"),
        T("answered", "ask_review", "reviewing", "petitioner", "35: not content with the opinion"),
        T("answered", "close", "closed", "office", "the petitioner is content, or has let the term pass"),
        T("reviewing", "review", "reviewed", "reviewer", "35: the review opinion"),
        T("reviewed", "ask_rereview", "rereviewing", "petitioner", "36: not content with the review"),
        T("reviewed", "close", "closed", "office", "the petitioner is content, or has let the term pass"),
        T("rereviewing", "rereview", "closed", "rereviewer", "36: final; the same facts are not accepted again"),
    ),
)

ROLES: Mapping[str, str] = {
    "office": "desk:petition",
    "organ": "dept:<code>, by message from dispatch or by hand",
    "petitioner": "the petitioner, through the edge",
    "reviewer": "the organ above the one that answered",
    "rereviewer": "the organ above the reviewer",
}
"""Who stands behind each role of the table."""
