"""The stages of a cycle, one function for each, to be read beside the paper.

SUBSAMPLE -> SCORE -> LOOK_AHEAD -> SELECT -> QUERY -> TRAIN -> EVALUATE -> (next cycle)
"""
