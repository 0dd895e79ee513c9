"""Who answers a query and how: what a person sees and may do, what is asked now, oracles, and who takes the answers.

Nothing is imported here, so that a page which only speaks the protocol loads no torch.
"""
