"""Importing a file into a running mesh, as its client."""

from govmesh.importing.counts import Counts
from govmesh.importing.load import Progress, import_file
from govmesh.importing.posting import As, Away, Patience, Post, patiently, posting_to
from govmesh.importing.rejects import Rejected, Rejects
from govmesh.importing.run import default_rejects, run_import

__all__ = [
    "As",
    "Away",
    "Counts",
    "Patience",
    "Post",
    "Progress",
    "Rejected",
    "Rejects",
    "default_rejects",
    "import_file",
    "patiently",
    "posting_to",
    "run_import",
]
