"""The view in which a person labels the queried images."""
