"""A row of tabs."""
