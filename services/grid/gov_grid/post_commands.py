"""The local commands about posts: opened, given, left, ended.  A person is a reference, never a name."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from govcore.events.report_in import Said
from govcore.messages import Payload
from govcore.persons import PersonRef

Word = Annotated[Said, Field(min_length=1, max_length=80)]
Reason = Annotated[Said, Field(min_length=1, max_length=400)]


class PostCommand(Payload):
    """What every one of them says."""

    reason: Reason
    by: Word = "desk:grid"


class OpenPost(PostCommand):
    """A new post in a grid or a division."""

    type: ClassVar[str] = "post.open.v1"
    post: Word
    kind: Word
    area: Word
    time: Literal["full", "part"] = "full"


class AssignPost(PostCommand):
    """Somebody holds a post from ``since`` (now where absent); without a person it is vacant."""

    type: ClassVar[str] = "post.assign.v1"
    post: Word
    person: PersonRef | None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class LeavePost(PostCommand):
    """Whoever holds it is away; ``substitute``: the post that stands in."""

    type: ClassVar[str] = "post.leave.v1"
    post: Word
    since: AwareDatetime | None = None
    until: AwareDatetime
    substitute: Word | None = None


class ReturnToPost(PostCommand):
    """Whoever was away is back before the time."""

    type: ClassVar[str] = "post.back.v1"
    post: Word


class EndPost(PostCommand):
    """The post is no more from tomorrow on."""

    type: ClassVar[str] = "post.end.v1"
    post: Word


class LookAtDuty(Payload):
    """Look from now on whether somebody is on duty wherever somebody must be."""

    type: ClassVar[str] = "duty.look.v1"


LOCAL: tuple[type[Payload], ...] = (OpenPost, AssignPost, LeavePost, ReturnToPost, EndPost, LookAtDuty)
