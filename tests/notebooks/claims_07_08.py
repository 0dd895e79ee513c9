"""What the lessons on the pipeline and on wrong answers say in numbers, as `test_lesson_numbers` claims it."""

from __future__ import annotations

import json
from itertools import pairwise

from prose import ROOT, Prose, accuracies, dynamics_of, history_of, recorded

from lada_explore.analysis import Rule, what_if
from lada_explore.analysis.tau_dynamics import tau_dynamics
from lada_explore.analysis.wrong_answers import wrong_answers
from lada_explore.experiments.tables import half_up

# 07 ---


def pairing_changes_the_query_more_than_looking_ahead(text: Prose):
    history = history_of("demo")
    kept = {kind: [len(what_if(r, Rule(kind=kind)).kept_ids) for r in history[1:]] for kind in ("singles", "own")}
    text.says("At most five of ten in the first case, at least six and often eight or ten in the second")
    assert max(kept["singles"]) == 5
    assert min(kept["own"]) == 6
    assert sum(n >= 8 for n in kept["own"]) > len(kept["own"]) / 2
    assert kept["own"][4] >= 9  # "Hardly any image changes", says the answer about cycle 5.


def look_ahead_and_pipeline_start_as_one(text: Prose):
    first, second = history_of("tau/fashion"), history_of("tau/fashion-pipeline")
    assert first[0].query.ids.tolist() == second[0].query.ids.tolist()
    assert first[0].evaluate.accuracy == second[0].evaluate.accuracy
    assert first[1].subsample.subset_ids.tolist() == second[1].subsample.subset_ids.tolist()
    text.says(f"the same {len(first[0].query.ids)} first labels")
    text.says(f"After {first[0].evaluate.n_labelled} labels the two are the same classifier.")
    text.says(f"After {first[-1].evaluate.n_labelled}, which is ahead on this one seed?")
    ahead, pipeline = accuracies("fashion"), accuracies("fashion-pipeline")
    text.says(f"{pipeline[-1]:.1f} % against {ahead[-1]:.1f} %")
    text.says(f"LADA was ahead in cycle 1, by {ahead[1] - pipeline[1]:.1f} points")
    text.says(f"the error of *measuring* with {recorded('tau/fashion').info.n_test:,} test images")


def what_the_study_found(text: Prose):
    about = json.loads((ROOT / "benchmarks" / "results" / "study" / "study.json").read_text(encoding="utf-8"))
    found = {(one["method"], one["against"]): one for one in about["comparisons"]}
    text.says(f"What {about['seeds']} seeds say")
    text.says(f"with {about['seeds']} seeds each")
    text.says("with a 95 % interval that counts the seeds and the test images")  # `CONFIDENCE` of the statistics.
    assert len(found) == 9
    steps = (
        "random",
        "random-then-mixup",
        "random-pairs-mixup",
        "pairs-then-mixup",
        "lada-entmix-fixed",
        "lada-entmix",
    )
    for against, method in pairwise(steps):
        one = found[method, against]
        points, low, high = (f"{half_up(100 * one[name], 2):+}" for name in ("difference", "lower", "upper"))
        cells = f"| `{against}` | `{method}` | {points} ({low} to {high}) |"
        text.says(cells.replace(" -", " \N{MINUS SIGN}").replace("(-", "(\N{MINUS SIGN}"))
        assert (one["p_holm"] < 0.05) == (method == "random-pairs-mixup")  # "What the seeds do tell apart".
    first = found["random-then-mixup", "random"]
    assert first["upper"] < 0
    text.says(f"it is one of nine: corrected, its p is {half_up(first['p_holm'], 3)}")
    whole = found["lada-entmix", "ent-then-mixup"]
    text.says(f"LADA as a whole is {half_up(100 * whole['difference'], 2)} points above the pipeline")
    assert whole["p_holm"] < 0.05


# 08 ---


def which_answers_were_wrong(text: Prose):
    clean, wrong, info = history_of("tau/fashion"), history_of("tau/fashion-wrong"), recorded("tau/fashion-wrong").info
    text.says(f"`--oracle {info.oracle}`")
    assert info.oracle == "noisy:0.5@1-3"  # "one chance in two", "in cycles 1, 2 and 3", "probability 1/2"
    text.says("each replaced with probability 1/2")
    assert set(wrong_answers(clean).values()) == {0}
    counts = wrong_answers(wrong)
    assert [cycle for cycle, n in counts.items() if n] == [1, 2, 3]
    n, given = sum(counts.values()), sum(len(wrong[cycle].query.ids) for cycle in (1, 2, 3))
    text.says(f"{given} answers were given in cycles 1 to 3")
    text.says(f"(answer: {given / 2:g})")
    text.says(f"Half of {given}, with a standard deviation of {(given / 4) ** 0.5:.1f}.")
    text.says(
        f"{n} of {given}. With the {len(wrong[0].query.ids)} labels of the start and the {given} of the last three"
    )
    total = sum(len(r.query.ids) for r in wrong)
    text.says(f"{n} of {total} labels are wrong in the end")
    text.says(f"{total} images, and a network with thousands of weights. What can it do with fourteen exceptions?")
    assert n == 14
    same = [sorted(a.query.ids) == sorted(b.query.ids) for a, b in zip(clean, wrong, strict=True)]
    assert same[:3] == [True, True, False]


def what_wrong_answers_cost_and_what_they_leave_unseen(text: Prose):
    clean, wrong = history_of("tau/fashion"), history_of("tau/fashion-wrong")
    right, worse = accuracies("fashion"), accuracies("fashion-wrong")
    behind = [a - b for a, b in zip(right, worse, strict=True)]
    text.says(f"behind by {behind[1]:.1f}, {behind[2]:.1f} and {behind[3]:.1f} points")
    text.says("the two are level, to within 0.1 points")
    assert max(map(abs, behind[4:6])) < 0.15
    text.says(f"at the end it is {behind[6]:.1f} points behind")
    losses = [float(history[-1].train.train_loss[-1]) for history in (wrong, clean)]
    text.says(f"{losses[0]:.3f} against {losses[1]:.3f}")
    (first, clean_first) = ([float(r.train.train_loss[0]) for r in history] for history in (wrong, clean))
    assert [cycle for cycle in range(1, 7) if first[cycle] > clean_first[cycle]] == [1, 2, 3, 4, 6]
    text.says("It is higher in the wrong branch in cycles 1 to 4 and 6")
    text.says(f"{first[3]:.2f} against {clean_first[3]:.2f} in cycle 3, and lower only in cycle 5")
    dynamics = tau_dynamics(wrong)
    text.says(f"it is {dynamics.tau[-1]:.2f} at the end of both")
    assert f"{dynamics.tau[-1]:.2f}" == f"{dynamics_of('fashion').tau[-1]:.2f}"
    text.says(f"{dynamics.bulge[-1]:.3f} bits in cycle 6 against {dynamics_of('fashion').bulge[-1]:.3f}")


CLAIMS_07 = (
    pairing_changes_the_query_more_than_looking_ahead,
    look_ahead_and_pipeline_start_as_one,
    what_the_study_found,
)
CLAIMS_08 = (which_answers_were_wrong, what_wrong_answers_cost_and_what_they_leave_unseen)
