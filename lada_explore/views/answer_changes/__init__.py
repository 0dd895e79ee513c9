"""What the answer for a queried image would change."""
