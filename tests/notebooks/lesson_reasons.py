"""Numbers of the lessons that no record could contradict: by notebook and reason, the words they stand in.

A number that a run, a file or a setting decides does not belong here, but in a claim of `test_lesson_numbers`.
"""

from __future__ import annotations

MINUTES = "how long a lesson takes a reader: an estimate, which nothing measures"
SUPPOSED = "supposed in a question or an exercise"
BETA = "what Beta(tau, tau) is at its limits: mathematics"
RANGE = "an end of a range that the text speaks of, no measured value"
PAPER = "said of the paper, which docs/FIDELITY.md follows number by number"
NAME = "part of a name"

REASONS: dict[str, dict[str, tuple[str, ...]]] = {
    "01": {
        "the level of an interval, Z_95 in analysis/accuracy.py": ("The band is the 95 % interval",),
        SUPPOSED: ("run both to 100 labels",),
    },
    "02": {},
    "03": {},
    "04": {
        MINUTES: ("15 to 30 minutes",),
        SUPPOSED: (
            "0.2 bits each",
            "Drag τ towards 0 and then to 2.",
            "approach as τ goes to 0?",
            "LADA ends 3 points of accuracy above max-entropy",
        ),
        "the entropy of two equal chances: mathematics": ("close to 1 bit for two classes",),
        BETA: (
            "with τ below 1 is U-shaped: its mass is at 0 and 1, so",
            "At τ = 1 it is uniform, and above 1 it heaps up in the middle.",
            "That is τ = 1.",
            "That is a τ above 1.",
            "A τ near 1 catches both peaks. A τ far above 1 heaps",
        ),
        RANGE: ("spread evenly between 0 and 1", "the best τ heaps up at 0 and at 1."),
        NAME: ("mix layer 0",),
    },
    "05": {
        MINUTES: ("About 30 minutes",),
        BETA: (
            "At τ = 1, what share",
            "Beta(1, 1) is the uniform distribution",
            "Below 1 the density is a **U**",
            "At 1 it is flat, above 1 a hill",
        ),
        PAPER: (
            "on a simple data set close to 1 from the start",
            "Simple data should be close to 1.",
            "The paper reports values close to 1 here.",
            "about 2, the paper's fixed value",
        ),
        RANGE: (
            "## Close to 1, or as far as it may go?",
            "But 1 is where the sigmoid ends",
            "Then 1 would be the best value",
            "to fall again beyond 2?",
            'So "τ* is close to 1" says more',
        ),
        "a choice that the question calls wrong": ("close to 1 about 2",),
    },
    "06": {
        MINUTES: ("About 25 minutes",),
        SUPPOSED: (
            "A draw that had 30 % of the mass below it at one $\\tau$ shall have 30 % below it",
            "A draw sits at λ = 0.2. τ grows from 0.5 to 2, and",
            "to 0, its nearer parent",
            "it stays at 0.2",
            "Try $\\tau = 0.1$: most",
            "Work out dV/dτ of this V at τ = 0.5.",
        ),
        "half of a symmetric distribution: mathematics": (
            "towards 0.5",
            "the mass at λ = 0.5, whatever τ is?",
            "half of the mass lies below 0.5 at every τ",
            "(answer: 0)",
        ),
        "the derivative of the V above it: mathematics": ("dV/dτ = 1 / (2 (2 τ + 1)^2), which is",),
        "how a power series converges: mathematics": ("fast near 0 and slowly at 1/2, which",),
        "the slope of λ (1 - λ): mathematics": ("a slope of at most 1 by",),
    },
    "07": {
        MINUTES: ("About 20 minutes",),
        "Table 1 of the paper, asserted by tests/config/": ("in place of 2 |", "at τ = 2."),
        "an interval without a difference: mathematics": ("If the interval contains 0, nothing is shown yet.",),
    },
    "08": {
        MINUTES: ("About 20 minutes",),
        "the years of two publications": ("Arpit et al. 2017; Liu et al. 2020",),
    },
    "09": {},
}
