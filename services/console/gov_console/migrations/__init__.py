"""console keeps nothing: no tables of its own beside the mesh's."""
