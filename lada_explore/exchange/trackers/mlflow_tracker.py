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
        ConfigError: nothing answers there.
    """

    def __init__(self, place: str) -> None:
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        from mlflow import MlflowClient

        self.where = f"mlflow:{place}"
        uri, _, experiment = place.partition("#")
        logging.getLogger("mlflow").setLevel(logging.ERROR)
        try:
            self._client: Any = MlflowClient(uri)
            self._experiment = self._experiment_named(experiment or EXPERIMENT)
        except Exception as error:  # Each store of MLflow has errors of its own.
            raise ConfigError(
                f"{self.where} does not answer ({_first_line(error)}); start it with mlflow server, or correct the URI"
            ) from error
        self._run_id = ""

    def begin(self, run: TrackedRun) -> frozenset[int]:
        """Open the MLflow run with the tag of this run's id, or make it."""
        found = self._client.search_runs([self._experiment], f"tags.`{RUN_ID_TAG}` = '{run.id}'", max_results=1)
        if found:
            self._run_id = found[0].info.run_id
            self._client.update_run(self._run_id, status="RUNNING")
            return frozenset(int(metric.step) for metric in self._client.get_metric_history(self._run_id, "labels"))
        made = self._client.create_run(self._experiment, tags={RUN_ID_TAG: run.id}, run_name=run.name)
        self._run_id = made.info.run_id
        from mlflow.entities import Param

        parameters = [Param(name, value[:VALUE_LENGTH]) for name, value in run.parameters.items()]
        for start in range(0, len(parameters), BATCH):
            self._client.log_batch(self._run_id, params=parameters[start : start + BATCH])
        return frozenset()

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
        return str(self._client.create_experiment(name) if found is None else found.experiment_id)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
