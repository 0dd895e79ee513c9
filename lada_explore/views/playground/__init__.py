"""A small world in the plane, where two methods run side by side."""
