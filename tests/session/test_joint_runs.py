"""Runs whose loss module is trained with the classifier: stopped, resumed, scored, refused, and with own classes."""

import numpy as np
import pytest
import torch
from helpers.sessions import resume
from helpers.small_runs import copied, cut_before, record_bytes, small_config, small_data, small_session
from safetensors.torch import load_file
from torch import nn

from lada_explore.acquisition import capabilities_of, check_acquisition
from lada_explore.config import AUGMENTATIONS, METHODS, AcquisitionCapabilities, compose
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError, StageStopped
from lada_explore.models import LossPrediction, folded, new_classifier
from lada_explore.records import Stage
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.store.places import CHECKPOINT_FILE
from lada_explore.store.repair import repair_run

JOINT = {"ll4al__training": "joint", "look_ahead__precision": "float32"}
RUNS = {
    "ll4al": {},
    "lada-ll4almix": {"training__optimiser_life": "kept"},
    "lada-ll4almix-fixed": {"training__reinitialise": True, "training__crop_flip": True},
}
"""Methods by learning loss, each with other settings of the training."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Finished runs of two cycles by method, each made when it is first asked for."""
    made = {}

    def of(method):
        if method not in made:
            made[method] = tmp_path_factory.mktemp("joint") / method
            session = small_session(made[method], method, **JOINT, **RUNS[method])
            session.run()
            session.close()
        return made[method]

    return of


def saved(run, cycle, stage):
    return load_file(run / "cycles" / f"{cycle:03d}" / stage.value / CHECKPOINT_FILE)


def module_of(tensors, prefix=""):
    module = LossPrediction([4, 8], 128)
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    module.load_state_dict(own)
    return module.requires_grad_(False)


def weights_of_all(session):
    return {name: tensor.clone() for name, tensor in session._runner.networks.weights().items()}


@pytest.mark.parametrize("method", RUNS)
@pytest.mark.parametrize("stage", [Stage.SCORE, Stage.TRAIN])
def test_a_stage_stopped_anywhere_changes_nothing_and_the_run_ends_as_one_that_never_was(runs, method, stage, tmp_path):
    out = copied(runs(method), tmp_path / "run")
    cut_before(out, 1, stage)
    session, stops = resume(out), 0
    before, points = weights_of_all(session), []
    assert any(name.startswith("companion.") for name in before)

    def gate():
        points.append(len(points))
        if len(points) > stops:
            raise StageStopped("stopped")

    while True:
        points.clear()
        try:
            session.step(gate)
            break
        except StageStopped:
            stops += 1
        after = weights_of_all(session)
        assert all(torch.equal(after[name], before[name]) for name in before)
    assert stops >= 3
    # The rest in another session, which has what it needs from the folder alone.
    session.close()
    session = resume(out)
    session.run()
    session.close()
    assert record_bytes(out) == record_bytes(runs(method))


@pytest.mark.parametrize("method", RUNS)
def test_the_module_is_kept_with_the_classifier_and_goes_on_from_cycle_to_cycle(runs, method):
    first, second = (saved(runs(method), cycle, Stage.TRAIN) for cycle in (0, 1))
    assert first["companion.last.weight"].shape == (1, 256)
    assert not torch.equal(first["companion.last.weight"], second["companion.last.weight"])
    kept = "optimiser.step.companion.last.weight"
    assert (kept in first) == (method == "lada-ll4almix")
    if kept in first:
        # Two epochs: 6 and 10 labels are a batch each; the step on virtual instances leaves the module alone.
        assert (first[kept].item(), second[kept].item()) == (2, 4)
        assert second["optimiser.step.head.weight"].item() == 6
    for records in open_run(runs(method)).history:
        assert records.train.own["companion_loss"].shape == (2,)
        assert (records.train.own["companion_loss"] > 0).all()


@pytest.mark.parametrize("method", RUNS)
def test_score_takes_the_module_as_train_left_it_with_the_lowest_labelled_image_at_0(runs, method):
    run, data = open_run(runs(method)), small_data()
    images = DeviceImages(data.train, data.mean, data.std, Runtime(torch.device("cpu")))
    for cycle in (1, 2):
        tensors = saved(runs(method), cycle - 1, Stage.TRAIN)
        network = new_classifier(small_config(method).classifier, data.train.shape, 3)
        network.load_state_dict(
            {name: of for name, of in tensors.items() if name.partition(".")[0] in ("segments", "head")}
        )
        classifier, module = folded(network.eval()), module_of(tensors, "companion.")
        labelled = np.concatenate([records.query.ids for records in run.history[:cycle]])
        scored = run.history[cycle].subsample.subset_ids

        def predicted(ids):
            batch = images.batch(ids)
            maps = [classifier.to_layer(batch, layer) for layer in (2, 3)]  # noqa: B023
            return module([of_stage.mean(dim=(2, 3)) for of_stage in maps])  # noqa: B023

        expected = predicted(scored) - predicted(labelled).min()
        np.testing.assert_allclose(run.history[cycle].score.scores, expected, rtol=1e-4, atol=1e-5)
        own = module_of(saved(runs(method), cycle, Stage.SCORE))
        assert own.last.bias.item() == pytest.approx((module.last.bias - predicted(labelled).min()).item(), abs=1e-5)
        assert torch.equal(own.last.weight, module.last.weight)


def test_look_ahead_finds_the_same_module_where_that_of_score_is_lost(runs, tmp_path):
    out = copied(runs("lada-ll4almix"), tmp_path / "run")
    cut_before(out, 2, Stage.LOOK_AHEAD)
    (out / "cycles" / "002" / "score" / CHECKPOINT_FILE).unlink()
    session = resume(out)
    session.run()
    session.close()
    whole = record_bytes(runs("lada-ll4almix"))
    assert record_bytes(out) == {name: content for name, content in whole.items() if "002/score/check" not in name}


@pytest.mark.parametrize(
    ("augmentation", "sees"), [*((name, "transformed") for name in AUGMENTATIONS), ("stn", "both")]
)
def test_it_goes_with_every_augmentation(augmentation, sees, tmp_path):
    method = compose("ll4al", augmentation)
    session = small_session(tmp_path / "run", method, cycles=1, training__stn_sees=sees, **JOINT)
    session.run()
    session.close()
    run = open_run(tmp_path / "run")
    assert run.history[1].score.unit == run.history[1].look_ahead.unit == "predicted loss"
    assert run.history[1].train.own["companion_loss"].shape == (2,)


@pytest.mark.parametrize("method", [name for name, of in METHODS.items() if of.acquisition != "ll4al"])
def test_a_method_by_another_acquisition_is_not_bound_by_it(method):
    config = small_config(method, ll4al__training="joint", training__cuda_graph=True, training__batch_size=1)
    assert config.training.cuda_graph


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"training__cuda_graph": True}, "training.cuda_graph is true .* set training.cuda_graph to false"),
        ({"training__batch_size": 1}, "training.batch_size is 1, .* two images of a pair; set it to 2 or more"),
        ({"ll4al__weight": 0}, "ll4al.weight is 0"),
        ({"ll4al__cut_after": 1.1}, r"ll4al.cut_after is 1.1; .* between 0 and 1, Yoo and Kweon have 120 of 200, 0.6"),
        ({"ll4al__cut_after": -0.1}, "ll4al.cut_after is -0.1; "),
        ({"ll4al__cut_after": float("nan")}, "ll4al.cut_after is nan; "),
    ],
)
def test_what_joint_training_cannot_do_is_refused_in_a_sentence(settings, message):
    with pytest.raises(ConfigError, match=message):
        small_config("ll4al", ll4al__training="joint", **settings)


@pytest.mark.parametrize("settings", [{"training__cuda_graph": True}, {"training__batch_size": 1}])
@pytest.mark.parametrize("training", ["mixes", "out_of_fold"])
def test_the_other_trainings_are_not_bound_by_what_joint_training_cannot_do(settings, training):
    assert small_config("ll4al", ll4al__training=training, **settings).ll4al.training == training


def test_the_defaults_are_those_of_its_authors():
    config = small_config("ll4al", ll4al__training="joint").ll4al
    assert (config.weight, config.cut_after, config.margin) == (1.0, 0.6, 1.0)


class Guess:
    """An acquisition of one's own: a companion that learns the mean of the losses, whatever it is shown."""

    unit = "nats"

    def prepare(self, context):
        self.given = context.companion

    def outputs(self, classifier, hidden, mix_layer):
        return classifier.from_layer(hidden, mix_layer)

    def score(self, outputs):
        return outputs.logsumexp(dim=1) + self.given.weight.sum()

    def new_companion(self, classifier):
        return nn.Linear(1, 1, bias=False)

    def companion_loss(self, companion, stages, losses, done):
        return (companion.weight.sum() - losses.mean()) ** 2


def test_a_class_of_ones_own_may_have_a_companion_too(tmp_path):
    acquisition = Guess()
    assert capabilities_of(acquisition) == AcquisitionCapabilities(trains_jointly=True)
    config = small_config("max-entropy", training__learning_rate=0.05, training__epochs=20, cycles=1)
    session = Session.create(config, tmp_path / "run", data=small_data(), acquisition=acquisition)
    session.run()
    session.close()
    trained = [saved(tmp_path / "run", cycle, Stage.TRAIN)["companion.weight"].item() for cycle in (0, 1)]
    assert acquisition.given.weight.item() == trained[1] != trained[0]
    learned = open_run(tmp_path / "run").history[0].train.own["companion_loss"]
    assert learned[-1] < learned[0] / 2


def test_a_companion_of_ones_own_is_refused_where_steps_are_recorded(tmp_path):
    config = small_config("max-entropy", training__cuda_graph=True)
    with pytest.raises(ConfigError, match="set training.cuda_graph to false"):
        Session.create(config, tmp_path / "run", data=small_data(), acquisition=Guess())


@pytest.mark.parametrize("method", ["new_companion", "companion_loss"])
def test_a_class_that_announces_a_companion_must_have_what_makes_one(method):
    class Half(Guess):
        capabilities = AcquisitionCapabilities(trains_jointly=True)

    check_acquisition(Half())
    setattr(Half, method, None)
    with pytest.raises(ConfigError, match=f"no method '{method}'; add it, or do not declare trains_jointly=True"):
        check_acquisition(Half())


def test_a_run_whose_module_is_damaged_is_repaired_to_the_same_run(runs, tmp_path):
    out = copied(runs("lada-ll4almix"), tmp_path / "run")
    checkpoint = out / "cycles" / "002" / "train" / CHECKPOINT_FILE
    checkpoint.write_bytes(checkpoint.read_bytes()[:-40])
    repair_run(out)
    session = resume(out)
    assert (session.cycle, session.next_stage) == (2, Stage.TRAIN)
    session.run()
    session.close()
    assert record_bytes(out) == record_bytes(runs("lada-ll4almix"))
