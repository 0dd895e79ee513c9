"""Where a person answers what the method asks."""
