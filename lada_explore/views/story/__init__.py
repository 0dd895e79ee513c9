"""The story of tau* in six states, drawn from recorded runs."""
