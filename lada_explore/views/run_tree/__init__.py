"""The runs in a folder as a tree, and what can be done with each."""
