"""A or B: two cycles of a run, or two runs at one cycle, side by side and linked."""
