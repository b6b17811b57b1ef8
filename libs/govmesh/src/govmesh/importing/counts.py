"""What became of the rows of a file."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Counts(BaseModel):
    """Rows by what became of them; ``read`` is always the sum of the three that follow.

    ``new``: of the accepted and attached, those the mesh had not seen before; 0 when the same file comes again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    read: int = 0
    accepted: int = 0
    attached: int = 0
    rejected: int = 0
    new: int = 0

    def plus(self, *, accepted: int = 0, attached: int = 0, rejected: int = 0, new: int = 0) -> Counts:
        """With some more rows; they count as read too."""
        return Counts(
            read=self.read + accepted + attached + rejected,
            accepted=self.accepted + accepted,
            attached=self.attached + attached,
            rejected=self.rejected + rejected,
            new=self.new + new,
        )

    def as_dict(self) -> dict[str, int]:
        """``{"read": …, "accepted": …, "attached": …, "rejected": …}``: what ``--json`` prints."""
        return self.model_dump(exclude={"new"})
