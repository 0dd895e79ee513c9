"""Every pair that was scored, and why it was taken or left."""
