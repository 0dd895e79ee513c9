"""TRAIN with its step recorded and replayed; on a CPU a stand-in for the CUDA graph proves all but the graph itself."""

import copy
import threading
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np
import pytest
import torch

from lada_explore.augmentation import AcquiredPairs, MixedPairs, TransformedImages
from lada_explore.config import ClassifierConfig, TrainingConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError
from lada_explore.models import ResNet, SpatialTransformer
from lada_explore.pool import Pool
from lada_explore.runtime import Runtime
from lada_explore.runtime.recorded_steps import WARM_UP, CudaRecorder, ReplayedStep
from lada_explore.stages import train as train_module
from lada_explore.stages.optimiser import new_optimiser
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
CONFIG = TrainingConfig(epochs=4, learning_rate=1e-2, batch_size=5, cuda_graph=True)
PAIRS = AcquiredPairs(
    pair_ids=np.array([[3, 50], [22, 17]]), labels=np.array([[0, 2], [1, 2]]), tau=np.ones(2, np.float32), mix_layer=1
)


def gradient_node(parameter):
    """The node that adds to the gradient of a parameter: the one that a graph holds, or a new one."""
    return torch.autograd.graph.get_gradient_edge(parameter).node


class Recorder:
    """Stands in for a CUDA graph: what is recorded is not done, and a replay works on the batch of the recording."""

    made: ClassVar[list["Recorder"]] = []

    def __init__(self, device=None):
        self.aside_on, self.recorded, self.replays, self.parameters = [], None, 0, []
        self.made_before = None
        Recorder.made.append(self)

    def run_unrecorded(self, work):
        """`aside_on` gets the size of the batch of a step, and 0 of other work."""
        is_step = isinstance(work, partial)
        self.aside_on.append(work.args[0].shape[-1] if is_step else 0)
        work()
        if is_step and hasattr(work.func, "_optimiser"):
            self.parameters = work.func._optimiser.param_groups[0]["params"]
        for node in map(gradient_node, self.parameters):
            node.metadata["made before"] = True

    def record(self, step, batch):
        assert self.recorded is None
        self.recorded = step, batch
        self.made_before = sum("made before" in gradient_node(of).metadata for of in self.parameters)

    def replay(self):
        self.replays += 1
        step, batch = self.recorded
        step(batch)


@pytest.fixture
def recorders(monkeypatch):
    """Lets the CPU record; gives the recorders that were made."""
    monkeypatch.setattr(Recorder, "made", [])
    monkeypatch.setattr(train_module, "CudaRecorder", Recorder)
    monkeypatch.setattr(train_module, "can_replay", lambda device: True)
    return Recorder.made


@pytest.mark.parametrize("recorded", [True, False])
def test_adam_counts_its_steps_on_the_device_only_where_they_are_recorded(recorded):
    optimiser = new_optimiser((torch.nn.Linear(1, 1),), CONFIG, None, capturable=recorded)
    assert optimiser.param_groups[0]["capturable"] is recorded


def pool_of(data, n=12):
    ids = np.array([3, 50, 22, 17, 8, 41, 0, 33, 29, 12, 5, 58])[:n]
    return Pool(size=60).with_labels(0, ids, data.train.targets[ids].numpy())


def classifier_on(runtime):
    with runtime.seeded(0):
        return runtime.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))


def trained(data, runtime, config, *, transformer=None, n=12):
    """The record of a training, and the weights it ends with."""
    classifier, transformer = classifier_on(runtime), copy.deepcopy(transformer)
    record = train(
        7,
        classifier,
        pool_of(data, n),
        images=DeviceImages(data.train, data.mean, data.std, runtime),
        virtual=TransformedImages(transformer) if transformer else MixedPairs(PAIRS),
        config=config,
        seed=5,
        device=runtime.device,
        tick=no_tick,
    )
    networks = [network for network in (classifier, transformer) if network is not None]
    return record, [value.cpu() for network in networks for value in network.state_dict().values()]


@pytest.mark.parametrize("crop_flip", [False, True])
@pytest.mark.parametrize("with_transformer", [False, True])
def test_replayed_steps_leave_the_weights_and_losses_of_plain_ones(
    tiny_data, cpu, recorders, crop_flip, with_transformer
):
    config = replace(CONFIG, crop_flip=crop_flip)
    transformer = SpatialTransformer((1, 12, 12), 0.3, (-1.0,)) if with_transformer else None
    record, weights = trained(tiny_data, cpu, config, transformer=transformer)
    # Of each epoch's batches 5, 5 and 2 the full ones are replayed once the first three are through.
    virtual = [] if with_transformer else [0]
    aside_on = [5, 5, 2, *virtual, 5, 2, *virtual, 2, *virtual, 2, *virtual]
    assert (recorders[0].replays, recorders[0].aside_on) == (4 * 2 - WARM_UP, aside_on)
    plain_record, plain_weights = trained(tiny_data, cpu, replace(config, cuda_graph=False), transformer=transformer)
    assert len(recorders) == 1
    assert record.train_loss.tolist() == plain_record.train_loss.tolist()
    assert record.virtual_loss.tolist() == plain_record.virtual_loss.tolist()
    assert all(torch.equal(*pair) for pair in zip(weights, plain_weights, strict=True))


def test_without_a_gpu_nothing_is_recorded(tiny_data, cpu, monkeypatch):
    monkeypatch.setattr(train_module, "CudaRecorder", Recorder)
    monkeypatch.setattr(Recorder, "made", [])
    trained(tiny_data, cpu, CONFIG)
    assert Recorder.made == []


def test_a_last_batch_with_one_more_image_is_not_replayed(tiny_data, cpu, recorders):
    trained(tiny_data, cpu, CONFIG, n=11)
    # 5 and 6: the eleventh image joins the second batch; the virtual batch ends each epoch.
    assert (recorders[0].replays, recorders[0].aside_on) == (1, [5, 6, 0, 5, 6, 0, 5, 6, 0, 6, 0])


def test_a_replay_works_on_the_batch_it_is_called_with():
    seen, recorder = [], Recorder()
    step = ReplayedStep(lambda batch: seen.append(batch.tolist()), 2, recorder)
    for start in range(6):
        step(torch.tensor([[start, start + 1]]))
    assert seen == [[[start, start + 1]] for start in range(6)]
    assert recorder.replays == 6 - WARM_UP


def test_nothing_that_an_earlier_step_made_for_gradients_is_left_when_a_step_is_recorded(tiny_data, cpu, recorders):
    # A node that was made in another stream than the recorded one makes CUDA refuse the recording.
    trained(tiny_data, cpu, CONFIG)
    assert recorders[0].aside_on[:5] == [5, 5, 2, 0, 5]
    assert recorders[0].parameters
    assert recorders[0].made_before == 0


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("crop_flip", [False, True])
@pytest.mark.parametrize("with_transformer", [False, True])
def test_on_a_gpu_replayed_steps_leave_the_weights_and_losses_of_plain_ones(tiny_data, crop_flip, with_transformer):
    cuda, config = Runtime.choose("cuda"), replace(CONFIG, crop_flip=crop_flip)
    transformer = SpatialTransformer((1, 12, 12), 0.3, (-1.0,)).to("cuda") if with_transformer else None
    with cuda.arithmetic():
        record, weights = trained(tiny_data, cuda, config, transformer=transformer)
        plain_record, plain = trained(tiny_data, cuda, replace(config, cuda_graph=False), transformer=transformer)
    assert record.train_loss.tolist() == plain_record.train_loss.tolist()
    assert record.virtual_loss.tolist() == plain_record.virtual_loss.tolist()
    assert all(torch.equal(*pair) for pair in zip(weights, plain, strict=True))


def a_step_and_its_batch(work):
    """A step on a GPU that does this work, warmed up, and a batch."""
    step, batch = ReplayedStep(work, 2, CudaRecorder(torch.device("cuda"))), torch.ones(1, 2, device="cuda")
    for _ in range(WARM_UP):
        step(batch)
    return step, batch


@pytest.mark.gpu
@needs_gpu
def test_on_a_gpu_a_step_that_cannot_be_recorded_says_what_to_do_and_leaves_the_stream_as_it_was():
    step, batch = a_step_and_its_batch(lambda batch: batch.sum().item())
    before = torch.cuda.current_stream()
    with pytest.raises(ConfigError, match=r"training.cuda_graph is true.*set it to false"):
        step(batch)
    assert torch.cuda.current_stream() == before
    assert batch.sum().item() == 2


@pytest.mark.gpu
@needs_gpu
def test_on_a_gpu_a_recording_that_runs_out_of_memory_says_that():
    few = [True]
    step, batch = a_step_and_its_batch(lambda batch: few or torch.empty(2**45, device="cuda"))
    few.clear()
    with pytest.raises(torch.OutOfMemoryError):
        step(batch)


@pytest.mark.gpu
@needs_gpu
def test_on_a_gpu_another_thread_may_go_on_while_a_step_is_recorded():
    begun, went_on = threading.Event(), threading.Event()

    def waits_for_another(batch):
        if torch.cuda.is_current_stream_capturing():
            begun.set()
            assert went_on.wait(20)
        batch.add_(1)

    def other():
        assert begun.wait(20)
        torch.ones(3, device="cuda").sum().item()
        went_on.set()

    step, batch = a_step_and_its_batch(waits_for_another)
    thread = threading.Thread(target=other)
    thread.start()
    step(batch)
    thread.join()
    assert went_on.is_set()
