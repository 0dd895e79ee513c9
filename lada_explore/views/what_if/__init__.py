"""What other rules would have chosen from the same scores."""
