"""People read "Look ahead of cycle 3", never "look_ahead of cycle 3"."""

from __future__ import annotations

import re
from pathlib import Path

import lada_explore
from lada_explore.records import STAGE_NAMES, Stage, cycle_name, stage_of_cycle


def test_every_stage_has_a_name_without_underscores():
    assert list(STAGE_NAMES) == list(Stage)
    assert [name for name in STAGE_NAMES.values() if "_" in name or not name[0].isupper()] == []


def test_the_start_is_no_cycle_with_a_number():
    assert (cycle_name(0), cycle_name(1)) == ("the start", "cycle 1")
    assert stage_of_cycle(Stage.LOOK_AHEAD, 3) == "Look ahead of cycle 3"
    assert stage_of_cycle(Stage.QUERY, 0) == "Query of the start"


def test_no_sentence_has_the_stored_text_of_a_stage_beside_its_cycle():
    by_hand = re.compile(r"\{[\w.]*(?:[sS]tage|Stage\.[A-Z_]+)\} of cycle|\"the start\" if")
    sources = Path(lada_explore.__file__).parent.rglob("*.py")
    found = {path.name for path in sources if by_hand.search(path.read_text(encoding="utf-8"))}
    assert found == {"words.py"}
    assert by_hand.search('f"{Stage.TRAIN} of cycle {cycle}"')
    assert by_hand.search('f"next: {now.next_stage} of cycle {now.cycle}"')
