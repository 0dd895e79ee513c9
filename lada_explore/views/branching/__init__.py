"""Begin a branch from the explorer, and see the runs beside its run."""
