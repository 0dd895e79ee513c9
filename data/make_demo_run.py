"""Make data/runs/demo, the recorded run that the second notebook opens.

    python data/make_demo_run.py --out data/runs/demo

It is what `lada-explore run --preset demo --method lada-entmix --seed 0 --cycles 12` writes on one thread, without the
checkpoints, 1.2 MB a cycle: it can be looked at, but not gone on with. The same processor gives the same records.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from lada_explore.config.presets import configure
from lada_explore.session.session import Session
from lada_explore.store.checkpoint import CHECKPOINT_FILE
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
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("data/runs/demo"))
    parser.add_argument("--cycles", type=int, default=12, help="acquisition cycles (12)")
    arguments = parser.parse_args()
    make(arguments.out, arguments.cycles)
