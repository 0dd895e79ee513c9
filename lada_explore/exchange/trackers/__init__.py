"""Experiment trackers: MLflow, TensorBoard, trackio. They get the measures of every finished cycle of a run."""

from lada_explore.exchange.trackers.measures import CycleMeasures as CycleMeasures
from lada_explore.exchange.trackers.measures import TrackedRun as TrackedRun
from lada_explore.exchange.trackers.measures import measures_of as measures_of
from lada_explore.exchange.trackers.measures import tracked_run as tracked_run
from lada_explore.exchange.trackers.named import TRACKERS as TRACKERS
from lada_explore.exchange.trackers.named import tracker_named as tracker_named
from lada_explore.exchange.trackers.protocol import Ending as Ending
from lada_explore.exchange.trackers.protocol import Tracker as Tracker
from lada_explore.exchange.trackers.tracking import Tracking as Tracking
