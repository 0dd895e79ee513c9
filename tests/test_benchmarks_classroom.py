"""The benchmark of a student's kernel runs and counts its memory."""

from test_benchmarks import results_of


def test_a_students_kernel_has_one_thread_and_grows_when_the_playground_starts(tmp_path):
    results = results_of("classroom", tmp_path, "--kernels", "1", "--cycles", "1")
    (row,) = results["rows"]
    assert row["torch_threads"] == 1
    assert row["opened"]["own"] <= row["opened"]["proportional"] <= row["opened"]["resident"]
    assert row["played"]["own"] > 2 * row["opened"]["own"]
    assert results["student_megabytes"] == row["played"]["proportional"]
    assert results["twenty_students_gigabytes"] == 20 * row["played"]["proportional"] / 1000
