"""The mixing path of one pair: drag lam and tau, and see the blend, the acquisition and the look-ahead value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from lada_explore.analysis import (
    PairPath,
    acquired_pairs,
    best_first,
    drawn_note,
    draws_note,
    gain_text,
    not_counted_note,
    pair_path,
    pair_terms,
    pairs_at,
    predicted_of,
)
from lada_explore.config import RunConfig
from lada_explore.records import ByteArray, CycleRecords, Stage
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.record_view import RecordView
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.text import ROUNDED, class_name, known_name
from lada_explore.views.base.wire import to_wire

MAX_CHOICES = 100
"""Pairs of the list to choose from: the best ones, and beyond them those that were queried."""

CAPTION = (
    "A(λ) is the acquisition of the virtual instance that mixes λ of the right image with 1 - λ of the left one; "
    "the shaded curve is the density of λ ~ Beta(τ, τ), and V(τ) the mean of A(λ) under it."
)


class PairMixer(RecordView):
    """Two images, their blend at lam, the acquisition and the classes along the path, and V(tau).

    All of it is in the page, so dragging lam or tau asks the kernel nothing.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    _esm = module_of("pair_mixer")
    _css = style_of("pair_mixer")
    stages: ClassVar[tuple[Stage, ...]] = (Stage.LOOK_AHEAD, Stage.SELECT)
    shows_pair = True

    def view_state(self, history: tuple[CycleRecords, ...], selected: Selected) -> Mapping[str, Any]:
        """What the page shows of these records and this selection."""
        config = self._source.config if selected.cycle is None else self._source.config_of(selected.cycle)
        shown = mixer_view_state(
            history,
            self._source.class_names,
            selected,
            config.policy.tau_max,
            tau_limit_of(config),
            linear=config.method.augmentation_capabilities.linear,
            on_features=config.classifier.is_frozen,
        )
        return shown | ({} if selected.tau is None else {"tau": selected.tau})

    def handle(self, content: Mapping[str, Any]) -> None:
        """Handle a message of the page.

        Args:
            content: a pair chosen from the list, {"type": "pair", "ids": [x_i, x'_i]}; or a tau that is tried on it,
                {"type": "tau", "tau": tau}, None for its own tau*.
        """
        if content.get("type") == "pair":
            first, second = content["ids"]
            self.selection.choose_pair(first, second)
        elif content.get("type") == "tau":
            tau = content["tau"]
            self.selection.show_tau(None if tau is None else float(tau))


def tau_limit_of(config: RunConfig) -> float:
    """Upper end of the table of tau for a cycle with these settings, where no pair's tau* lies beyond it."""
    return max(config.policy.tau_max, config.fixed_tau) if config.method.uses_pairs else config.policy.tau_max


def mixer_view_state(
    history: Sequence[CycleRecords],
    class_names: Sequence[str],
    selected: Selected,
    tau_max: float,
    tau_limit: float,
    *,
    linear: bool = True,
    on_features: bool = False,
) -> dict[str, Any]:
    """The state of the mixer, or a sentence on why there is none.

    Args:
        history: records of a run.
        class_names: by label.
        selected: the cycle and the pair.
        tau_max: upper end of the range of a learned tau; marked where the table of tau goes beyond.
        tau_limit: upper end of that table.
        linear: whether the method blends, as the page does, or mixes in another way.
        on_features: whether layer 0 are features of a frozen network, and not the images.
    """
    records, reason = pairs_at(history, selected.cycle)
    path = pair_path(records, selected.pair, tau_limit=tau_limit) if records is not None else None
    if records is None or path is None:
        return {"message": reason}
    return path_view_state(path, class_names, tau_max, linear=linear, on_features=on_features) | {
        "note": _note(path, selected),
        "choices": choices_of(records, class_names, _listed(records, path.rank)),
    }


def path_view_state(
    path: PairPath, class_names: Sequence[str], tau_max: float, *, linear: bool = True, on_features: bool = False
) -> dict[str, Any]:
    """What the page shows of one pair by itself, ready to be sent.

    Args:
        path: the pair.
        class_names: by label.
        tau_max: as for `mixer_view_state`.
        linear: as for `mixer_view_state`.
        on_features: as for `mixer_view_state`.
    """
    asked = "asked about" if path.queried else "not asked about"
    shown: dict[str, Any] = to_wire(
        {
            "message": "",
            "title": f"Cycle {path.cycle}: pair {path.rank:,} of {path.n_pairs:,} by score, {asked}",
            "note": "",
            "caption": _caption(path, linear, on_features),
            "cycle": path.cycle,
            "pair": list(path.pair_ids),
            "choices": [],
            "images": [
                {"id": i, "known": known_name(known, class_names), "guess": known_name(guess, class_names)}
                for i, known, guess in zip(path.pair_ids, path.known, path.predicted, strict=True)
            ],
            "terms": list(path.terms),
            "gain": "" if path.gain is None else gain_text(path.gain),
            "counted": path.counted,
            "drawn": path.drawn,
            "sampled": path.sampled,
            "unit": path.unit,
            "grid": path.grid,
            "profile": path.profile,
            "nodes": path.nodes,
            "tau_max": tau_max,
            "spans": {
                "profile": [min(0.0, float(path.profile.min())), float(path.profile.max())],
                "value": [float(path.table.value.min()), float(path.table.value.max())],
            },
            "table": {
                "tau": path.table.tau,
                "value": path.table.value,
                "log_beta": path.table.log_beta,
                "regret": path.table.regret,
            },
            "classes": {
                "names": [class_name(label, class_names) for label in path.classes.classes],
                "probabilities": list(path.classes.probabilities),
                "rest": path.classes.rest,
                "reason": path.classes.reason,
            },
        }
    )
    # Pixels are added as bytes, because `to_wire` would make four bytes of each.
    for image, pixels in zip(shown["images"], path.images, strict=True):
        image["pixels"] = _pixels(pixels)
    return shown


def _note(path: PairPath, selected: Selected) -> str:
    if selected.pair is None or set(selected.pair) == set(path.pair_ids):
        return ""
    first, second = selected.pair
    return f"Images {first} and {second} are no candidate pair of cycle {path.cycle}; its best pair is shown."


def _caption(path: PairPath, linear: bool, on_features: bool) -> str:
    curves = "" if path.drawn else f"{CAPTION} "
    return f"{curves}{_where_mixed(path.mix_layer, linear, on_features)} {ROUNDED}{_on_the_score(path)}"


def _where_mixed(mix_layer: int, linear: bool, on_features: bool) -> str:
    if mix_layer == 0 and linear and not on_features:
        return "The classifier saw these blends themselves."
    first = "the features of the images" if on_features else "the images"
    hidden = f"the hidden states {'of its head ' if on_features else ''}after layer {mix_layer}"
    what = hidden if mix_layer else first if linear else f"{first} in another way"
    return f"The classifier mixed {what}; the blend of the images is only a guide."


def _on_the_score(path: PairPath) -> str:
    """Whether V is a part of the score, and whether either says anything of the images."""
    if path.drawn:
        return drawn_note(float(path.table.tau[-2]))
    sampled = (
        " The score counts V as a mean over random draws of λ; V(τ), V at τ* and the regret are exact integrals "
        "of the curve, so A(1) + A(0) + V at τ* is not quite the score."
    )
    note = draws_note(path.unit, "A, V, the best τ and the regret of a pair")
    return f"{sampled if path.sampled else ''}{not_counted_note(path.counted)}{note}"


def _pixels(pixels: ByteArray | None) -> dict[str, Any] | None:
    """Three channels in colour, otherwise the first in grey; None where the record did not keep the image."""
    if pixels is None:
        return None
    shown = np.ascontiguousarray(pixels if len(pixels) == 3 else pixels[:1])
    return {"bytes": shown.tobytes(), "shape": list(shown.shape)}


def _listed(records: CycleRecords, shown_rank: int) -> list[int]:
    """Ranks of the pairs to choose from, best first; the one shown is always among them."""
    order = best_first(pair_terms(records).sum(axis=1))
    queried = acquired_pairs(records)
    listed = [
        rank
        for rank, row in enumerate(order.tolist(), start=1)
        if rank <= MAX_CHOICES or queried[row] or rank == shown_rank
    ][: 2 * MAX_CHOICES]
    return listed if shown_rank in listed else [*listed, shown_rank]


def choices_of(records: CycleRecords, class_names: Sequence[str], ranks: Sequence[int]) -> list[dict[str, Any]]:
    """The entries of the list of pairs.

    Args:
        records: a cycle that looked ahead with pairs.
        class_names: by label.
        ranks: places by score, from 1, of the pairs to list.

    Returns:
        The `ids` of each, its `rank` and its `text`.
    """
    if records.subsample is None or records.look_ahead is None:
        return []
    scores = pair_terms(records).sum(axis=1)
    rows = best_first(scores)[np.asarray(ranks, np.int64) - 1].tolist()
    queried = acquired_pairs(records)
    pair_ids = records.subsample.pair_ids[rows].tolist()
    guessed = predicted_of(records, [i for pair in pair_ids for i in pair])
    return [
        {
            "ids": pair,
            "rank": rank,
            "text": f"{rank}{' ●' if queried[row] else ''}  {_guesses(guessed[2 * place : 2 * place + 2], class_names)}"
            f"{scores[row]:.2f} {records.look_ahead.unit}",
        }
        for place, (rank, row, pair) in enumerate(zip(ranks, rows, pair_ids, strict=True))
    ]


def _guesses(labels: Sequence[int], class_names: Sequence[str]) -> str:
    """The predicted classes of a pair's images; empty if they are not recorded."""
    names = [known_name(label, class_names) for label in labels]
    return f"guess: {' + '.join(names)}  " if all(names) else ""
