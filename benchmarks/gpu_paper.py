"""The paper's `fashion` preset with `lada-entmix` on a GPU, in pieces of a few minutes that go on where one ended.

A run on Fashion-MNIST with `training.cuda_graph=true` and, by default, `gpu=fast`: the steps of training are recorded
and compute in TF32. What it took and how accurate it was after each cycle goes to benchmarks/results/gpu/paper.json
after each piece. It ends with 0 when the run is complete, and with 3 when more pieces are needed.

    python benchmarks/gpu_paper.py --minutes 8
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import common

from lada_explore.config import Gpu
from lada_explore.config.presets import configure
from lada_explore.events import Event, StageFinished
from lada_explore.session.session import Session

RESULTS = Path(__file__).parent / "results" / "gpu"
MORE = 3
"""Exit status when the run is not complete."""


def main() -> None:
    options = parsed()
    runtime = common.runtime_on(options.device, Gpu(options.gpu))
    piece = Piece(options)
    complete = piece.run()
    common.finish("gpu-paper", piece.results(), runtime, options.json)
    sys.exit(0 if complete else MORE)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="device (cuda)")
    parser.add_argument("--json", type=Path, default=RESULTS / "paper.json", help="file of the results")
    parser.add_argument("--folder", type=Path, default=Path("runs/gpu-paper"), help="folder of the run")
    parser.add_argument("--minutes", type=float, default=8, help="length of this piece (8)")
    parser.add_argument("--method", default="lada-entmix", help="method (lada-entmix)")
    parser.add_argument("--dataset", default="fashion-mnist", help="images (fashion-mnist)")
    parser.add_argument("--seed", type=int, default=0, help="seed (0)")
    parser.add_argument("--cycles", type=int, help="cycles (those of the preset, 100)")
    parser.add_argument("--gpu", default="fast", help="exact or fast (fast)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another setting")
    return parser.parse_args()


class Piece:
    """One piece of the run, and the seconds of all pieces so far, which stand beside the run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.began, self.options = time.monotonic(), options
        self.pieces_file = options.folder.parent / f"{options.folder.name}-pieces.json"
        settings = {"training.cuda_graph": True, "gpu": options.gpu, "keep": "queried"}
        settings |= dict(setting.split("=", 1) for setting in options.set)
        config = configure(
            "fashion",
            options.method,
            seed=options.seed,
            dataset=options.dataset,
            cycles=options.cycles,
            settings=settings,
        )
        if options.folder.exists():
            self.session = Session.resume(options.folder, device=options.device)
        else:
            self.session = Session.create(config, options.folder, device=options.device)
        self.settings = settings
        self.storing: dict[str, float] = defaultdict(float)
        self.session.subscribe(self.on_event)

    def on_event(self, event: Event) -> None:
        if isinstance(event, StageFinished):
            self.storing[event.stage.value] += event.storing_s

    def run(self) -> bool:
        """Whether the run is complete; a piece ends where a stage as long as its longest one would be too much."""
        session, ends, longest = self.session, self.began + 60 * self.options.minutes, 0.0
        while session.next_stage is not None and (begun := time.monotonic()) + longest < ends:
            session.step()
            longest = max(longest, time.monotonic() - begun)
        self.complete, self.history = session.next_stage is None, session.history
        session.close()
        earlier = json.loads(self.pieces_file.read_text()) if self.pieces_file.exists() else []
        self.pieces = [*earlier, {"wall_s": time.monotonic() - self.began, "storing_s": sum(self.storing.values())}]
        self.pieces_file.write_text(json.dumps(self.pieces))
        return self.complete

    def results(self) -> dict[str, Any]:
        by_stage: dict[str, float] = defaultdict(float)
        for records in self.history:
            for stage, seconds in records.seconds.items():
                by_stage[str(stage)] += seconds
        tested = [records.evaluate for records in self.history if records.evaluate is not None]
        return {
            "preset": "fashion",
            "method": self.options.method,
            "dataset": self.options.dataset,
            "seed": self.options.seed,
            "settings": self.settings,
            "minutes": self.options.minutes,
            "complete": self.complete,
            "cycles": len(tested) - 1,
            "labels": [record.n_labelled for record in tested],
            "accuracy": [record.accuracy for record in tested],
            "seconds_by_stage": dict(by_stage),
            "storing_s": sum(piece["storing_s"] for piece in self.pieces),
            "wall_minutes": sum(piece["wall_s"] for piece in self.pieces) / 60,
            "pieces": [piece["wall_s"] for piece in self.pieces],
        }


if __name__ == "__main__":
    main()
