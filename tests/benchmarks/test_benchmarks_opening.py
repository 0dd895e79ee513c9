"""The benchmark of opening a folder runs as a command, small, and writes what it says."""

import pytest
from benchmarks.test_benchmarks import results_of

pytestmark = pytest.mark.slow


@pytest.mark.thorough
def test_runs_are_opened_on_folders_of_every_kind(tmp_path):
    words = ["--few", "60", "--cases", "broken", "--size", "16", "--side", "16"]
    words += ["--kind", "module:embed:narrow", "--folder", tmp_path]
    found = results_of("opening", tmp_path, *words)["cases"]
    assert {case: of["pictures"] for case, of in found.items()} == {"broken": 60}
    for of in found.values():
        for seen in ("small", "frozen"):
            cold, warm = of[seen]["cold"], of[seen]["warm"]
            assert min(cold["seconds"], warm["seconds"]) > 0
            assert 100 < warm["peak_mib"] < 3000
            for run in (cold, warm):
                assert (run["images"], run["notes_on_files_left_out"]) == (54, 6)
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
