"""No versions: console has no tables of its own."""
