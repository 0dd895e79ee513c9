"""Follow a session with experiment trackers."""

from __future__ import annotations

from lada_explore.exchange.trackers import Tracker, Tracking, tracker_named
from lada_explore.session.session import Session
from lada_explore.views.map.picture import map_picture


def track(session: Session, *trackers: str | Tracker, maps: bool = True) -> Tracking:
    """Send the settings and every finished cycle of a session to experiment trackers, until the result is closed.

    Cycles that a tracker does not have yet are sent first, so that a resumed run goes on where it was. It happens on a
    thread of its own; a tracker that no longer answers does not stop the run.

        with track(session, "mlflow:http://127.0.0.1:5000", "tensorboard:logs"):
            session.run()

    Args:
        session: the session.
        trackers: "mlflow:URI", "tensorboard:DIR" or "trackio:PROJECT", see `exchange.trackers.tracker_named`; or an
            object of your own with the methods of `exchange.trackers.Tracker`.
        maps: whether the map of each cycle goes along as an image; its layout takes a second or two a cycle.

    Raises:
        ConfigError: an unknown tracker, one whose package is not installed, or a place that does not answer.
    """
    found = [tracker_named(tracker) if isinstance(tracker, str) else tracker for tracker in trackers]
    return Tracking(session, found, map_picture if maps else None)
