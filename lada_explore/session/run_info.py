"""The description of a new run that is stored in `run.json`, and of the machine that computes a stage."""

from __future__ import annotations

from typing import cast

import torch

from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.runtime import Runtime, processor, versions
from lada_explore.session.thread_trial import Threads
from lada_explore.store import RunInfo
from lada_explore.store.made_with import MadeWith, threads_text


def run_info(
    config: RunConfig, data: ImageData, *, oracle: str, unit: str, runtime: Runtime, threads: Threads
) -> RunInfo:
    """Settings, images, machine and versions of a new run.

    Args:
        config: settings.
        data: the images.
        oracle: name of the oracle.
        unit: unit of the acquisition's scores.
        runtime: device and precision that it starts with.
        threads: CPU threads, as they were chosen.
    """
    return RunInfo(
        config=config,
        class_names=data.train.class_names,
        image_shape=cast(tuple[int, int, int], tuple(data.train.images.shape[1:])),
        pool_size=len(data.train.images),
        n_test=0 if data.test is None else len(data.test.images),
        train_checksum=data.train.checksum,
        test_checksum="" if data.test is None else data.test.checksum,
        oracle=oracle,
        acquisition_unit=unit,
        device=runtime.describe(),
        precision=runtime.precision_name,
        threads=threads.steps,
        pass_threads=threads.passes,
        threads_tried_ms=threads.tried_ms,
        versions=versions(),
        notes=data.notes,
        image_source=data.train.source,
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
    }
