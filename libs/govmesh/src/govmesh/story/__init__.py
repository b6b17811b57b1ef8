"""Stories: a pack's way of working told in steps over the public API, each with the figures to be seen.

What a story may say: :mod:`govcore.packs.stories`.
"""

from govmesh.story.look import Seen, at_path, figures, judge
from govmesh.story.run import Told, changed_pack, find_story, run_story
from govmesh.story.teller import Teller

__all__ = ["Seen", "Teller", "Told", "at_path", "changed_pack", "figures", "find_story", "judge", "run_story"]
