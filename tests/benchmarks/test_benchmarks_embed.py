"""The benchmark of the features of a backbone runs as a command, small, and writes what it says."""

import pytest
from benchmarks.test_benchmarks import results_of

pytestmark = pytest.mark.slow


@pytest.mark.thorough
def test_the_pass_is_compared_with_a_loop_that_gives_the_same_features(tmp_path):
    words = ["--pictures", "150", "--few", "30", "--timed", "32", "--side", "64", "--rounds", "1"]
    results = results_of("embed", tmp_path, *words, "--folder", tmp_path)
    of, many = results["pass"], results["many"]
    rates = of["images_per_s"]
    assert of["ratio_to_bare_loop"] == pytest.approx(rates["ours"] / rates["bare"])
    used = of["processor_ms"]
    assert of["processor_ratio_to_bare_loop"] == pytest.approx(used["bare"] / used["ours"])
    assert of["largest_difference"] < 1e-4
    assert many["peak_ratio"] == pytest.approx(many["peak_mib"]["150"] / many["peak_mib"]["30"])
    assert many["pictures_shown_for_added"] == 100
    assert 0 < many["second_opening_s"] < 150 / many["images_per_s"]
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
