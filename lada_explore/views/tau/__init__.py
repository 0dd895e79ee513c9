"""The mixing parameters: tau, theta, what the look-ahead was worth, and the lesson about Beta(tau, tau)."""
