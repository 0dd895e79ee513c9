"""The trial of an import: what would become of each label of a file, as counts, as sentences and as a table."""

from __future__ import annotations

from lada_explore.exchange import Given, Takes, VerdictKind, plan_import
from lada_explore.exchange.plan import MAX_ROWS

NAMES = ("a.png", "<b>.png", "c.png", "d.png", "e.png")
GIVEN = (
    Given(where="line 2", file="a.png", class_name="cat"),
    Given(where="line 3", file="<b>.png", class_name="dog"),
    Given(where="line 4", file="c.png", class_name="<i>bird</i>"),
    Given(where="line 5", file="d.png", class_name="cat"),
    Given(where="line 6", file="e.png", class_name="dog"),
    Given(where="line 7", id=0, class_name="cat"),
)


def planned(given=GIVEN, **takes):
    takes = Takes(**{"labelled": {1: 0, 3: 0}, "skipped": {4}} | takes)
    return plan_import(given, class_names=("cat", "dog"), names=NAMES, size=len(NAMES), takes=takes, notes=["a note"])


def test_each_label_has_one_verdict_with_its_row_and_the_reason():
    plan = planned()
    assert [(row.where, row.kind, row.id, row.label) for row in plan.rows] == [
        ("line 2", VerdictKind.TAKE, 0, 0),
        ("line 3", VerdictKind.CONFLICT, 1, 1),
        ("line 4", VerdictKind.REFUSED, 2, -1),
        ("line 5", VerdictKind.AGREES, 3, 0),
        ("line 6", VerdictKind.REFUSED, 4, 1),
        ("line 7", VerdictKind.REPEATED, 0, 0),
    ]
    assert plan.counts() == dict(zip(VerdictKind, (1, 1, 1, 1, 2), strict=True))
    assert plan.summary() == (
        "6 labels were given: 1 would be taken; there already: 1; repeated: 1; in conflict: 1; refused: 2"
    )
    assert planned(GIVEN[:1]).summary() == "1 label was given: 1 would be taken"
    assert plan.rows[5].why == "line 2 says the same"
    assert plan.refused[1] == (
        "line 6: image 4 (e.png) was skipped, by a person or because its file was gone; bring it back in the labeller, "
        "or restore its file and resume the run, then import again"
    )


def test_the_table_of_a_notebook_shows_names_as_text_and_every_reason():
    shown = planned()._repr_html_()
    assert "&lt;b&gt;.png" in shown
    assert "&lt;i&gt;bird&lt;/i&gt;" in shown
    assert "<i>" not in shown
    assert "<p>a note</p>" in shown
    assert shown.count("<tr>") == 1 + len(GIVEN)
    places = [shown.index(f"<bdi>{word}<") for word in ("not taken", "in conflict", "to be taken")]
    assert places == sorted(places)


def test_a_long_table_is_cut_for_each_verdict_with_the_number_of_the_rest():
    many = [Given(where=f"line {n}", file="none.png", class_name="cat") for n in range(MAX_ROWS + 7)]
    shown = planned([*many, GIVEN[0]])._repr_html_()
    assert "7 more not taken" in shown
    assert shown.count("<tr>") == 1 + MAX_ROWS + 1 + 1
