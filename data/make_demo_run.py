"""Make data/runs/demo, the recorded run that the second notebook opens.

    python data/make_demo_run.py --out data/runs/demo
    python data/make_demo_run.py --out data/runs/demo --layouts      (only the layouts, of a run that is there)

It is what `lada-explore run --preset demo --method lada-entmix --seed 0 --cycles 12` writes on one thread, without the
checkpoints, 1.2 MB a cycle: it can be looked at, but not gone on with. The same processor gives the same records.
The layouts of its maps are kept with it, so that the first map is shown without computing one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from lada_explore.analysis import Layouts
from lada_explore.analysis.layout_methods import LAYOUT_METHODS
from lada_explore.config.presets import configure
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.store.checkpoint import CHECKPOINT_FILE
from lada_explore.store.layouts import LayoutStore
from lada_explore.store.run_folder import LOCK_FILE


def make(out: Path, cycles: int) -> None:
    """Run the demo and keep its records.

    Raises:
        StoreError: something is there already.
    """
    torch.set_num_threads(1)
    session = Session.create(configure("demo", "lada-entmix", seed=0, cycles=cycles), out, device="cpu")
    try:
        for records in session.run():
            print(f"cycle {records.cycle}: {sum(records.seconds.values()):.1f} s")
    finally:
        session.close()
    for checkpoint in out.glob(f"cycles/*/*/{CHECKPOINT_FILE}"):
        checkpoint.unlink()
    (out / LOCK_FILE).unlink(missing_ok=True)
    keep_layouts(out)
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{out}: {size / 1e6:.1f} MB")


def keep_layouts(out: Path) -> None:
    """Lay out the map of every cycle by every method, and keep the layouts in the run folder."""
    history = open_run(out).history
    for method in LAYOUT_METHODS:
        Layouts(method, cache=LayoutStore.of_writer(out)).make(history, history[-1].cycle)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("data/runs/demo"))
    parser.add_argument("--cycles", type=int, default=12, help="acquisition cycles (12)")
    parser.add_argument("--layouts", action="store_true", help="only lay out the maps of the run that is there")
    arguments = parser.parse_args()
    if arguments.layouts:
        keep_layouts(arguments.out)
    else:
        make(arguments.out, arguments.cycles)
