"""The choice of the cycle that is shown."""
