"""Networks that others made, as classifiers: by name or as an object, with their weights, cut into stages."""
