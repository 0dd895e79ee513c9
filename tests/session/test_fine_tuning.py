"""Networks by name are fine-tuned for two cycles of LADA on small colour images, and their runs can be resumed."""

import numpy as np
import pytest
from helpers.small_runs import record_bytes, small_config

from lada_explore.datasets import ImageData, ImageSet
from lada_explore.records import Stage
from lada_explore.session.session import Session

pytestmark = pytest.mark.slow

KINDS = ["torchvision:resnet18", "timm:resnet10t", "timm:test_vit"]


def colour_data():
    """Random 3 x 32 x 32 pixels; the class of image i is i modulo 3."""
    pixels = np.random.default_rng(5).integers(0, 256, (60, 3, 32, 32), dtype=np.uint8)
    train = ImageSet.create(
        name="colours", images=pixels, targets=np.arange(60) % 3, class_names=("a", "b", "c"), source="Random pixels."
    )
    return ImageData(train=train, test=None, mean=(0.5,) * 3, std=(0.3,) * 3)


def started(out, kind, **settings):
    config = small_config(cycles=2, classifier__kind=kind, schedule__subset_size=8, training__epochs=1, **settings)
    return Session.create(config, out, data=colour_data())


@pytest.mark.parametrize("kind", KINDS)
def test_two_cycles_resumed_within_each_equal_those_of_a_run_that_was_not_stopped(tmp_path, kind):
    whole = started(tmp_path / "whole", kind)
    before = {name: value.clone() for name, value in whole.classifier.named_parameters()}
    whole.run()
    assert all(not value.equal(before[name]) for name, value in whole.classifier.named_parameters())
    assert [records.look_ahead.tau.shape for records in whole.history[1:]] == [(4,), (4,)]
    assert all(np.isfinite(records.train.train_loss).all() for records in whole.history)
    whole.close()
    session = started(tmp_path / "stopped", kind)
    for cycle, stage in ((1, Stage.LOOK_AHEAD), (2, Stage.TRAIN)):
        while (session.cycle, session.next_stage) != (cycle, stage):
            session.step()
        session.close()
        session = Session.resume(tmp_path / "stopped", data=colour_data())
    session.run()
    session.close()
    assert record_bytes(tmp_path / "stopped") == record_bytes(tmp_path / "whole")


@pytest.mark.parametrize(
    ("kind", "part", "first_trained"),
    [
        ("timm:resnet10t", "last:1", "network.layer4"),
        ("timm:resnet10t", "head", "network.fc"),
        ("timm:test_vit", "last:1", "network.blocks.5"),
        ("timm:test_vit", "head", "network.head"),
    ],
)
def test_two_cycles_change_the_part_that_is_trained_and_nothing_else(tmp_path, kind, part, first_trained):
    session = started(tmp_path / "run", kind, classifier__train=part)
    before = {name: value.clone() for name, value in session.classifier.state_dict().items()}
    session.run()
    now = session.classifier.state_dict()
    changed = {name for name, value in now.items() if not value.equal(before[name])}
    names = list(now)
    first = next(number for number, name in enumerate(names) if name.startswith(f"{first_trained}."))
    assert changed == set(names[first:])
    assert [records.look_ahead.tau.shape for records in session.history[1:]] == [(4,), (4,)]
    session.close()
