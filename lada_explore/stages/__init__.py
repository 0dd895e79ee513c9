"""One function a stage, readable from top to bottom beside the paper.

SUBSAMPLE -> SCORE -> LOOK_AHEAD -> SELECT -> QUERY -> TRAIN -> EVALUATE -> (next cycle)
"""
