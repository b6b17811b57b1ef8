"""``python -m govmesh.cli``."""

from govmesh.cli import main

main()
