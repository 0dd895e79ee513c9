"""Labelling: oracles, the open query, the seed round, and the service that takes a person's answers.

Nothing is imported here, so that a page that needs only `protocol` loads no torch.
"""
