"""Every number that a lesson states in words is the one of its recorded runs, or has a reason to need none."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from claims_01_to_04 import CLAIMS_01_TO_04
from claims_05 import CLAIMS_05
from claims_06 import CLAIMS_06
from claims_07_08 import CLAIMS_07, CLAIMS_08
from claims_09 import CLAIMS_09
from lesson_reasons import REASONS
from prose import ROOT, Prose, words_of

DOCUMENTS = {
    "01": "01_step_an_acquisition",
    "02": "02_explore_a_run",
    "03": "03_label_your_own_images",
    "04": "04_playground",
    "05": "05_tau_star_dynamics",
    "06": "06_gradients_through_a_beta",
    "07": "07_look_ahead_or_pipeline",
    "08": "08_when_the_oracle_is_wrong",
    "09": "09_label_your_photos",
}

CLAIMS: dict[str, tuple[Callable[[Prose], None], ...]] = {
    **CLAIMS_01_TO_04,
    "05": CLAIMS_05,
    "06": CLAIMS_06,
    "07": CLAIMS_07,
    "08": CLAIMS_08,
    "09": CLAIMS_09,
}


@pytest.mark.parametrize(
    ("document", "claim"),
    [(document, claim) for document, claims in CLAIMS.items() for claim in claims],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_what_a_lesson_says_is_what_its_record_says(document, claim):
    claim(Prose(words_of(DOCUMENTS[document])))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_number_of_a_lesson_is_claimed_by_a_record_or_a_reason(document):
    text = Prose(words_of(DOCUMENTS[document]))
    for claim in CLAIMS[document]:
        claim(text)
    text.needs_no_record(REASONS[document])
    assert text.unclaimed() == []


def test_a_number_that_nobody_claims_is_found():
    text = Prose("In cycle 3 it is 0.25 bits, $V(1) = A(0)$ and $V = 0.31$, `tau=0.5`; 12 % of 1,000 (section 3.2).")
    assert len(text.unclaimed()) == 4
    text.says("12 % of 1,000")
    text.needs_no_record({"a setting": ["$V = 0.31$"]})
    (left,) = text.unclaimed()
    assert "it is 0.25 bits" in left
    with pytest.raises(AssertionError, match="the text does not say '0.26 bits'"):
        text.says("0.26 bits")
    with pytest.raises(AssertionError, match="'0.25' is a bare number"):
        text.needs_no_record({"none": ["0.25"]})


@pytest.mark.parametrize(("document", "words"), [("05", 861), ("06", 887)])
def test_a_lesson_of_charts_is_a_third_shorter_than_it_was(document, words):
    cells = json.loads((ROOT / "notebooks" / f"{DOCUMENTS[document]}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert sum(len("".join(cell["source"]).split()) for cell in cells if cell["cell_type"] == "markdown") <= words
