"""Features and logits of virtual instances of the queried pairs, for the map."""

from __future__ import annotations

import torch

from lada_explore.datasets.device_images import DeviceImages
from lada_explore.functional import Mix
from lada_explore.lookahead import outputs_along_path
from lada_explore.models import Classifier
from lada_explore.records import FloatArray, HalfArray, IntArray, Stage
from lada_explore.stages.look_ahead import hidden_pairs
from lada_explore.stages.progress import Tick
from lada_explore.stages.score import to_half


@torch.no_grad()
def virtual_instances(
    pair_ids: IntArray,
    lam: FloatArray,
    *,
    cycle: int,
    mix_layer: int,
    mix: Mix,
    classifier: Classifier,
    images: DeviceImages,
    chunk: int,
    tick: Tick,
) -> tuple[HalfArray, FloatArray]:
    """Penultimate features (Q, V, F) and logits (Q, V, C) of pairs (Q, 2), mixed with coefficients (Q, V).

    Args:
        pair_ids: (Q, 2) ids.
        lam: (Q, V) weights of the first image in each virtual instance of each pair.
        cycle: this cycle.
        mix_layer: layer after which the pairs are mixed.
        mix: how the augmentation mixes them.
        classifier: frozen, in eval mode.
        images: images of the pool.
        chunk: number of states in one pass.
        tick: called after each pass.

    Raises:
        NumericsError: a feature is beyond the range of float16; the message names the first pair.
    """
    pairs = hidden_pairs(pair_ids, mix_layer, classifier, images, chunk=chunk, tick=tick)
    first, second = pairs.chunk(2, dim=1)
    features = outputs_along_path(
        lambda hidden: classifier.features_from_layer(hidden, mix_layer),
        first,
        second,
        torch.from_numpy(lam),
        chunk=chunk,
        mix=mix,
        device=classifier.head.weight.device,
        on_chunk=lambda done, total: tick(done, total, "virtual instances"),
    )
    return to_half(features, pair_ids, Stage.SELECT, cycle), classifier.head(features).cpu().numpy()
