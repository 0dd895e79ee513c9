"""Which cycle is looked at."""
