"""Why no inference engine is used: benchmarks/README.md says what was measured; the command runs without one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = " ".join((ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8").split())
DEMO, FULL = (
    json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("engines", "engines-full")
)


def each(results, what):
    """What was measured of each engine but the eager passes, in every graph."""
    return [entry[what] for name, of in results["engines"].items() for entry in of if name != "eager"]


def test_at_full_width_it_is_said_how_little_there_is_to_gain():
    cycles = [gain for gains in FULL["cycle_ratio"].values() for gain in gains.values()]
    passes, cycle = max(each(FULL, "speedup")), max(cycles)
    assert (
        f"no engine's passes are more than {passes:.2f} times as fast as eager ones, and no cycle would be more than "
        f"{cycle:.2f} times as fast"
    ) in README
    assert cycle < 1.15


def test_at_demo_width_the_gain_of_a_run_is_what_the_export_costs():
    image, mixed = DEMO["engines"]["onnxruntime"]
    assert (image["layer"], mixed["layer"]) == (0, 1)
    few, many = DEMO["cycle_ratio"]["onnxruntime"].values()
    assert f"ONNX Runtime scores images {image['speedup']:.2f} times as fast" in README
    assert f"only {mixed['speedup']:.2f} times; a cycle would be {few:.2f} times as fast with 20 labels" in README
    assert f"and {many:.2f} times with 220" in README
    assert f"three graphs at the start of a run, {image['first_s']:.1f} s each" in README
    again = DEMO["engines"]["inductor, frozen"]
    assert f"in {max(one['with_other_weights_s'] for one in again):.1f} s at demo width" in README


def test_all_engines_give_the_same_logits():
    assert max(each(DEMO, "largest_difference") + each(FULL, "largest_difference")) < 4e-6
    assert "differ by at most 4e-6" in README


@pytest.mark.thorough
@pytest.mark.slow
def test_eager_passes_are_timed_without_any_engine(tmp_path):
    out = tmp_path / "engines.json"
    words = ["--engines", "eager", "--threads", "1", "--chunk", "4", "--rounds", "2", "--json", out]
    command = [sys.executable, ROOT / "benchmarks" / "engines.py", *words]
    done = subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert [entry["speedup"] for entry in found["engines"]["eager"]] == [1, 1]
    assert set(found["cycle_ratio"]["eager"].values()) == {1}
    assert found["parts_s"]["training_step"] > 0
