"""A person against a method: the candidates to pick from, and the scoreboard."""
