"""Channels of notices as plug-ins: shipped ones, and those that wheels register under ``govmesh.notices``.

A plug-in is a callable that takes the :class:`govmesh.settings.Settings` and gives a :class:`Channel`; its name is the
channel's code in the pack.
"""

from govmesh.notices.port import Channel, Contact, Letter, NotSent, Plug
from govmesh.notices.shipped import Loudspeaker, Spool, find_channels

__all__ = ["Channel", "Contact", "Letter", "Loudspeaker", "NotSent", "Plug", "Spool", "find_channels"]
