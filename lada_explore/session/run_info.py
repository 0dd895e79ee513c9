"""The description of a new run that is stored in `run.json`, and of the machine that computes a stage."""

from __future__ import annotations

from dataclasses import replace

import torch

from lada_explore.acquisition import Acquisition
from lada_explore.config import RunConfig
from lada_explore.config.paths import FOLDER
from lada_explore.datasets import ImageData
from lada_explore.models import Given
from lada_explore.runtime import Runtime, processor, versions
from lada_explore.runtime.arithmetic import WORDS
from lada_explore.session.own_acquisition import recorded_acquisition
from lada_explore.session.own_classifier import Described
from lada_explore.session.thread_trial import Threads, choose_threads
from lada_explore.store import RunInfo
from lada_explore.store.made_with import MadeWith, threads_text


def run_info(
    config: RunConfig,
    data: ImageData,
    *,
    oracle: str,
    acquisition: Acquisition | None,
    runtime: Runtime,
    threads: int | None,
    given: Given | None = None,
    described: Described | None = None,
) -> RunInfo:
    """Settings, images, machine and versions of a new run.

    Args:
        config: settings.
        data: the images.
        oracle: name of the oracle.
        acquisition: an object in place of the method's; None for the method's.
        runtime: device and precision that it starts with.
        threads: CPU threads; when None they are chosen by a trial, see `session.thread_trial`.
        given: a person's network as the classifier; None for that of the settings.
        described: what is recorded of a borrowed classifier; None for the package's own.
    """
    described, features = described or Described(), data.features
    chosen = choose_threads(config, data, runtime, given) if threads is None else Threads(threads, threads)
    runtime = replace(runtime, threads=chosen.steps, pass_threads=chosen.passes)
    return RunInfo(
        config=_as_read(config, data),
        class_names=data.train.class_names,
        image_shape=data.train.shape,
        pool_size=len(data.train),
        n_test=0 if data.test is None else len(data.test),
        train_checksum=data.train.checksum,
        test_checksum="" if data.test is None else data.test.checksum,
        oracle=oracle,
        acquisition_unit=(recorded_acquisition(config) if acquisition is None else acquisition).unit,
        device=runtime.describe(),
        precision=runtime.precision_name,
        threads=chosen.steps,
        pass_threads=chosen.passes,
        threads_tried_ms=chosen.tried_ms,
        versions=versions(runtime.device),
        notes=data.notes,
        image_source=data.train.source,
        classifier_parameters=described.parameters,
        classifier_weights=described.weights,
        classifier_start=described.start,
        classifier_notes=described.notes if features is None else features.notes,
        features={} if features is None else features.made_of,
    )


def made_with(runtime: Runtime) -> MadeWith:
    """What the last digits of a stage depend on, see `store.made_with`."""
    on_cpu = runtime.device.type == "cpu"
    steps, passes = (number or torch.get_num_threads() for number in (runtime.threads, runtime.pass_threads))
    return {
        "device": "cpu" if on_cpu else torch.cuda.get_device_name(runtime.device),
        "processor": processor() if on_cpu else "",
        "precision": runtime.precision_name,
        "threads": threads_text(steps, passes) if on_cpu else "",
        "torch": torch.__version__,
        "arithmetic": "" if on_cpu else WORDS[runtime.gpu],
    }


def _as_read(config: RunConfig, data: ImageData) -> RunConfig:
    """The settings with the range of samples from black to white that was found for the images, so that it stays."""
    scale = None if data.train.reader is None else data.train.reader.reading.scale
    if scale is None or config.data.range or not config.data.name.startswith(FOLDER):
        return config
    return replace(config, data=replace(config.data, range=scale))
