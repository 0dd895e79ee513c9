"""All views of a run together."""
