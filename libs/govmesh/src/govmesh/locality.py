"""The pack an installation runs, with the notices that have come out since it was made."""

from __future__ import annotations

from govcore.calendar import read_notice_file
from govcore.packs import Pack, load_pack
from govmesh.settings import Settings


def pack_of(settings: Settings) -> Pack:
    """Raises what :func:`load_pack` and :func:`read_notice_file` do: a broken file ends a start at once."""
    pack = load_pack(settings.pack)
    return pack if settings.notices is None else pack.with_notices(read_notice_file(settings.notices))
