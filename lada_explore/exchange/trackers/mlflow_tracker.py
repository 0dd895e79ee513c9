"""MLflow: one MLflow run for each run, on a server, in a database or in a folder."""

from __future__ import annotations

import io
import logging
import os
import time
from typing import Any

from PIL import Image

from lada_explore.errors import ConfigError
from lada_explore.exchange.trackers.measures import CycleMeasures, TrackedRun
from lada_explore.exchange.trackers.protocol import Ending
from lada_explore.exchange.trackers.said import first_line, without_password

EXPERIMENT = "lada_explore"
"""Name of the experiment that runs are put in, unless the URI ends in "#NAME"."""

RUN_ID_TAG = "lada_explore.run_id"
"""Tag that holds the id of the run, by which a resumed run finds its MLflow run."""

MAP = "map"
BATCH = 100
"""Most parameters that MLflow takes in one request."""

VALUE_LENGTH = 6000
"""Most characters that MLflow keeps of a parameter."""

QUIET = {
    # MLflow tries a server that is down for four minutes by default, and would hold up the end of a run.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""Environment that MLflow reads, set where a person has not set it."""

STATUS = {Ending.COMPLETE: "FINISHED", Ending.STOPPED: "KILLED", Ending.FAILED: "FAILED"}


class MlflowTracker:
    """Sends runs to MLflow.

    Args:
        place: a tracking URI, with "#NAME" after it for another experiment than "lada_explore".

    Raises:
        ConfigError: nothing answers there, or the experiment was deleted.
    """

    def __init__(self, place: str) -> None:
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        from mlflow import MlflowClient

        self.where = f"mlflow:{without_password(place)}"
        uri, _, experiment = place.partition("#")
        logging.getLogger("mlflow").setLevel(logging.ERROR)
        try:
            self._client: Any = MlflowClient(uri)
            self._experiment = self._experiment_named(experiment or EXPERIMENT)
        except ConfigError:
            raise
        except Exception as error:  # Each store of MLflow has errors of its own.
            raise ConfigError(
                f"{self.where} does not answer ({first_line(error)}); start it with mlflow server, or correct the URI"
            ) from error
        self._run_id = ""

    def begin(self, run: TrackedRun) -> frozenset[int]:
        """Open the MLflow run with the tag of this run's id, or make it; parameters that it lacks are sent."""
        from mlflow.entities import Param

        found = self._client.search_runs([self._experiment], f"tags.`{RUN_ID_TAG}` = '{run.id}'", max_results=1)
        tags = {**run.tags, RUN_ID_TAG: run.id}
        made = found or [self._client.create_run(self._experiment, tags=tags, run_name=run.name)]
        self._run_id, there = made[0].info.run_id, made[0].data.params
        lacking = [Param(name, value[:VALUE_LENGTH]) for name, value in run.parameters.items() if name not in there]
        for start in range(0, len(lacking), BATCH):
            self._client.log_batch(self._run_id, params=lacking[start : start + BATCH])
        if not found:
            return frozenset()
        self._client.update_run(self._run_id, status="RUNNING")
        return frozenset(int(metric.step) for metric in self._client.get_metric_history(self._run_id, "labels"))

    def log(self, measures: CycleMeasures) -> None:
        """Send the measures of one cycle."""
        from mlflow.entities import Metric

        now_ms = int(time.time() * 1000)
        if measures.picture:
            with Image.open(io.BytesIO(measures.picture)) as picture:
                picture.load()
                self._client.log_image(self._run_id, picture, key=MAP, step=measures.cycle, synchronous=True)
        # Last, because they say that the cycle is there.
        metrics = [Metric(name, value, now_ms, measures.cycle) for name, value in measures.values.items()]
        self._client.log_batch(self._run_id, metrics=metrics)

    def end(self, ending: Ending) -> None:
        """Say how the run ended: FINISHED, KILLED or FAILED."""
        self._client.set_terminated(self._run_id, STATUS[ending])

    def _experiment_named(self, name: str) -> str:
        found = self._client.get_experiment_by_name(name)
        if found is not None and found.lifecycle_stage == "deleted":
            raise ConfigError(
                f"the experiment {name!r} of {self.where} was deleted; restore it in MLflow, or name another one as "
                "mlflow:URI#NAME"
            )
        return str(self._client.create_experiment(name) if found is None else found.experiment_id)
