"""The benchmark of a student's kernel runs, counts its memory and times its cycles."""

import pytest
from test_benchmarks import results_of


@pytest.mark.thorough
@pytest.mark.slow
def test_a_students_kernel_has_one_thread_and_plays_alone_and_with_others(tmp_path):
    results = results_of("classroom", tmp_path, "--kernels", "2", "--cycles", "2")
    row, other = results["rows"]
    assert len(row["alone_s"]) == len(other["at_once_s"]) == 2
    totals = sorted(sum(student["at_once_s"]) for student in (row, other))
    assert results["slowest_to_fastest"] == totals[1] / totals[0]
    assert results["slowdown"] == results["cycle_at_once_s"] / results["cycle_alone_s"]
    assert results["reply_alone_ms"]["replies"] == 20
    assert results["reply_at_once_ms"]["worst"] >= results["reply_at_once_ms"]["median"] > 0
    assert row["torch_threads"] == 1
    assert row["opened"]["own"] <= row["opened"]["proportional"] <= row["opened"]["resident"]
    assert row["played"]["own"] > 2 * row["opened"]["own"]
    each = (row["played"]["proportional"] + other["played"]["proportional"]) / 2
    assert results["student_megabytes"] == pytest.approx(each)
    assert results["twenty_students_gigabytes"] == pytest.approx(20 * each / 1000)
