"""What tests of the mesh and of departments use; part of the product."""
