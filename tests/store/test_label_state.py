"""The state that grows line by line, against a replay of all lines from the first one."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from lada_explore.records import JournalAction
from lada_explore.store import JournalEntry, LabelState
from lada_explore.store.journal_entry import AHEAD, AnswerRule

WHO = ("ada", "ben", "cyd")
IMAGES = range(6)


def replayed(lines):
    """The current state, by going through all lines that were not taken back: the second path."""
    taken_back = {line.undoes for line in lines if line.action is JournalAction.UNDO}
    kept = [x for x in lines if x.action is not JournalAction.UNDO and x.entry not in taken_back]
    aside, flagged, adjudicated, answers, rule = {}, set(), {}, {}, AnswerRule.LAST
    for line in kept:
        match line.action:
            case JournalAction.LABEL:
                answers.setdefault(line.id, []).append(line)
            case JournalAction.ADJUDICATE:
                adjudicated[line.id] = line
            case JournalAction.SKIP:
                aside.setdefault(line.id, line)
            case JournalAction.UNSKIP:
                aside.pop(line.id, None)
            case JournalAction.FLAG | JournalAction.UNFLAG:
                (flagged.add if line.action is JournalAction.FLAG else flagged.discard)(line.id)
            case JournalAction.SET_RULE:
                rule = AnswerRule(line.note)

    def label(image_id, cycle):
        if image_id in adjudicated and adjudicated[image_id].cycle <= cycle:
            return adjudicated[image_id].label
        last = {}
        for line in answers.get(image_id, ()):
            if line.cycle <= cycle:
                last.pop(line.annotator, None)
                last[line.annotator] = line.label
        said = list(last.values())
        if not said or rule is AnswerRule.LAST or len(set(said)) == 1:
            return said[-1] if said else None
        counts = Counter(said).most_common()
        return counts[0][0] if rule is AnswerRule.MAJORITY and counts[0][1] > counts[1][1] else None

    def not_drawn_in(cycle):
        out = set()
        for line in kept:
            if line.action is JournalAction.SKIP and (line.cycle < cycle or (line.cycle, line.note) == (cycle, AHEAD)):
                out.add(line.id)
            elif line.action is JournalAction.UNSKIP and line.cycle <= cycle:
                out.discard(line.id)
        return out | set(ahead(cycle))

    def ahead(cycle):
        wanted = (JournalAction.LABEL, cycle, AHEAD)
        return list(dict.fromkeys(x.id for x in kept if (x.action, x.cycle, x.note) == wanted))

    labelling = (JournalAction.LABEL, JournalAction.ADJUDICATE, JournalAction.RELABEL)
    return {
        "actions": kept,
        "answers": answers,
        "set aside": list(aside.items()),
        "flagged": flagged,
        "absent classes": {line.label for line in kept if line.action is JournalAction.CLASS_ABSENT},
        "start is enough": any(line.action is JournalAction.ENOUGH for line in kept),
        "added": [line.note for line in kept if line.action is JournalAction.ADD_CLASS],
        "rule": rule,
        "labels": {(i, cycle): label(i, cycle) for i in IMAGES for cycle in range(3)},
        "skipped": [skipped_in(kept, cycle) for cycle in range(3)],
        "not drawn": [not_drawn_in(cycle) for cycle in range(3)],
        "ahead": [ahead(cycle) for cycle in range(3)],
        "relabelled": [relabelled(kept, cycle) for cycle in range(3)],
        "relabels": relabelled(kept),
        "said": Counter(line.label for line in kept if line.action in labelling),
        "last": {who: (steps_of(who, lines, kept) or [()])[-1] for who in WHO},
        "steps": {who: sum(step[0].entry > 20 for step in steps_of(who, lines, kept)) for who in WHO},
        "after": {who: [x for x in kept if x.annotator == who and x.entry > 20] for who in WHO},
    }


def skipped_in(kept, cycle):
    return {x.id for x in kept if (x.action, x.cycle) == (JournalAction.SKIP, cycle) and x.note != AHEAD}


def relabelled(kept, cycle=None):
    """What was changed last by then, and for which cycle; an answer after a change takes its place."""
    last = {}
    for line in kept:
        if line.action is JournalAction.RELABEL and (cycle is None or line.cycle <= cycle):
            last[line.id] = line
        elif line.action in (JournalAction.LABEL, JournalAction.ADJUDICATE):
            last.pop(line.id, None)
    return {i: line for i, line in last.items() if cycle in (None, line.cycle)}


def steps_of(who, lines, kept):
    """The lines that were kept of each action of a person; those of one action follow each other and have one time."""
    steps = []
    for before, line in zip([None, *lines], lines, strict=False):
        same = before and all(getattr(before, name) == getattr(line, name) for name in ("annotator", "action", "time"))
        if line.annotator == who and line.action is not JournalAction.UNDO:
            steps[-1 if same else len(steps) :] = [[*(steps[-1] if same else ()), line]]
    found = (tuple(line for line in step if line in kept) for step in steps)
    return sorted(filter(None, found), key=lambda step: step[0].entry)


def grown(state):
    return {
        "actions": list(state.actions),
        "answers": {i: list(lines) for i, lines in state.answers.items()},
        "set aside": list(state.set_aside.items()),
        "flagged": {i for i in IMAGES if state.flagged(i)},
        "absent classes": set(state.absent_classes),
        "start is enough": state.start_is_enough,
        "added": list(state.added_classes),
        "rule": state.rule,
        "labels": {(i, cycle): state.label(i, cycle) for i in IMAGES for cycle in range(3)},
        "skipped": [set(state.skipped_in(cycle)) for cycle in range(3)],
        "not drawn": [set(state.not_drawn_in(cycle)) for cycle in range(3)],
        "ahead": [list(state.ahead_of(cycle)) for cycle in range(3)],
        "relabelled": [dict(state.relabels_of(cycle)) for cycle in range(3)],
        "relabels": dict(state.relabels),
        "said": Counter({label: n for label in range(4) if (n := state.n_answers_of(label))}),
        "last": {who: state.last_action(who) for who in WHO},
        "steps": {who: state.n_actions_after(who, 20) for who in WHO},
        "after": {who: list(state.actions_after(who, 20)) for who in WHO},
    }


def drawn(rng, entry, lines):
    """A line that somebody might write now; undoes reach back to any line, also one taken back already."""
    action = rng.choice([*JournalAction, JournalAction.UNDO, JournalAction.LABEL, JournalAction.LABEL])
    line = JournalEntry(
        id=rng.choice(IMAGES),
        label=rng.randrange(4),
        annotator=rng.choice(WHO),
        time=float(entry // 3),
        cycle=rng.randrange(3),
        action=action,
        note=AHEAD if rng.random() < 0.3 else "",
        entry=entry,
    )
    if action is JournalAction.SET_RULE:
        return replace(line, note=rng.choice(list(AnswerRule)))
    if action is JournalAction.ADD_CLASS:
        return replace(line, note=f"class {entry}")
    if action is JournalAction.UNDO:
        mine = [x.entry for x in lines if x.annotator == line.annotator]
        last = mine[-1:] if rng.random() < 0.5 else mine
        return replace(line, undoes=rng.choice(last or [entry + 1]))
    return line


@pytest.mark.parametrize("seed", range(30))
def test_a_state_that_grows_says_after_each_line_what_a_replay_of_all_lines_says(seed):
    rng, lines, state = random.Random(seed), [], LabelState()
    for entry in range(1, 121):
        lines.append(drawn(rng, entry, lines))
        state.add(lines[-1])
        assert grown(state) == replayed(lines)
        assert state.revision == entry
    assert {line.action for line in lines} > {JournalAction.UNDO, JournalAction.SKIP, JournalAction.ENOUGH}


def test_what_a_state_returned_does_not_change_when_it_grows():
    skip = JournalEntry(1, -1, "ada", 0.0, 0, JournalAction.SKIP, entry=1)
    state = LabelState([skip, JournalEntry(2, 0, "ada", 0.0, 0, JournalAction.LABEL, entry=2)])
    before = (state.set_aside, state.answers, state.skipped_in(0), state.actions, state.annotators)
    shown = repr(before)
    state.add(JournalEntry(3, -1, "ben", 0.0, 0, JournalAction.SKIP, entry=3))
    state.add(JournalEntry(-1, -1, "ada", 0.0, 0, JournalAction.UNDO, undoes=1, entry=4))
    assert repr(before) == shown
    assert list(state.set_aside) == [3]
