"""Title of a lesson page, and sentences on its runs: what each did, whether it is complete, and what is left out."""

from __future__ import annotations

from lada_explore.apps.lesson.extent import Extent
from lada_explore.config import Method
from lada_explore.config.differences import differences
from lada_explore.config.fidelity import departures
from lada_explore.records import DRAW_UNIT, STAGE_NAMES
from lada_explore.store import RecordedRun
from lada_explore.views.comparison.differences import unrecorded
from lada_explore.views.comparison.side import title_of as name_of


def title_of(run: RecordedRun, beside: RecordedRun | None = None) -> str:
    """Title of the page of a run, or of two runs."""
    if beside is not None:
        return f"Two runs side by side: {name_of(run)} and {name_of(beside)}"
    kind = "Look-ahead active learning" if run.config.method.look_ahead else "Active learning without look-ahead"
    return f"{kind}: {run.config.method.name} on {run.config.data.name}, seed {run.config.seed}"


def side_name(run: RecordedRun, letter: str) -> str:
    """What a run is called beside another: "A: demo (lada-entmix, seed 0)"."""
    return f"{letter}: {name_of(run)}"


def compared(run: RecordedRun, beside: RecordedRun) -> str:
    """A sentence on what two runs have in common, or in what their settings differ."""
    line = differences(run.config, beside.config, lacking=(unrecorded(run), unrecorded(beside))).line
    return line if line.startswith("Both: ") else f"Settings that differ: {line}"


def tau_title(*methods: Method) -> str:
    """Heading of the section on how virtual instances are made, by one method or by each of two."""
    transforms = [method.transforms_images for method in methods]
    if all(transforms):
        return "θ, and the transforms of the images asked about"
    return "θ, or τ*: how virtual instances are made" if any(transforms) else "τ* from cycle to cycle, and inside one"


def about(run: RecordedRun, extent: Extent) -> list[str]:
    """Sentences on the run: what it did, whether it is complete, and what the page leaves out."""
    schedule = run.config.schedule
    last, select, query = run.history[-1], run.history[0].select, run.history[0].query
    begin = f"{schedule.initial_per_class} labelled images of each of {len(run.class_names)} classes"
    if select is not None and select.seed_ids.size:
        n = 0 if query is None else len(query.ids)
        begin = f"{n} images, which were labelled to find {len(run.class_names)} classes,"
    said = [f"The run began with {begin} and asked for {schedule.budget} more in each cycle."]
    if last.next_stage is not None:
        said.append(
            f"It was not finished: cycle {last.cycle} of {schedule.cycles} goes on with the stage "
            f"{STAGE_NAMES[last.next_stage]}. This page shows what is recorded."
        )
    elif last.cycle < schedule.cycles:
        said.append(f"It was not finished: {last.cycle} of {schedule.cycles} cycles are recorded.")
    if not run.config.method.uses_pairs:
        said.append(_without_pairs(run.config.method))
    elif not run.config.method.look_ahead:
        said.append(_pairs_without_look_ahead(run))
    if not departures(run.config):
        said.append("It was made as the authors' release of LADA, in all that the setting fidelity=released sets.")
    if run.info.image_source:
        said.append(f"Images: {run.info.image_source}")
    return [*said, *extent.left_out]


def _pairs_without_look_ahead(run: RecordedRun) -> str:
    """How a method that chooses pairs without looking ahead chooses them, and what it does with them."""
    if run.info.acquisition_unit == DRAW_UNIT:
        asks = "pairs drawn at random"
    else:
        asks = "the pairs with the highest A(1) + A(0), the acquisition of their two images, and leaves V out"
    return (
        f"Its method does not look ahead: it asks about {asks}. The classifier then trains on mixes of these pairs at "
        f"τ = {run.config.fixed_tau:g}, the same for every pair."
    )


def _without_pairs(method: Method) -> str:
    """What a method of single images has in place of candidate pairs, their virtual instances and tau*."""
    beginning = "Its method scores single images"
    if method.uses_transforms:
        return (
            f"{beginning}, each together with its transform, its virtual instance: there are no pairs to mix, and in "
            "place of τ* each image has a θ, which says how it is transformed."
        )
    no_pairs = f"{beginning}: there are no pairs to mix and no τ*"
    if method.transforms_images:
        return f"{no_pairs}. Virtual instances are made only while the classifier trains, by transforming images."
    if method.mixes_acquired:
        return (
            f"{no_pairs} to look ahead with. Virtual instances are made only while the classifier trains, by mixing "
            "the images asked about in random pairs."
        )
    return f"{beginning}: there are no pairs to mix, no virtual instances and no τ*."
