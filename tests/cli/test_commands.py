import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from helpers import command_line
from helpers.small_runs import SET_OPTIONS, all_bytes, copied, record_bytes, small_session
from PIL import Image

from lada_explore.augmentation import mixing
from lada_explore.cli.terminal import out_console
from lada_explore.config.presets import preset_named
from lada_explore.exchange.report import cycle_rows
from lada_explore.store import open_run

RUN = ["run", "--dataset", "digits", "--device", "cpu", *SET_OPTIONS]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of one cycle."""
    out = tmp_path_factory.mktemp("cli") / "run"
    code, said, error = command_line.call(*RUN, "--cycles", "1", "--out", out)
    assert (code, error) == (0, "")
    assert "cycle   1, 24 labels, accuracy" in said
    return out


def test_a_method_is_composed_of_its_parts(call, tmp_path):
    parts = ["--acquisition", "margin", "--augmentation", "input_mixup", "--policy", "exact"]
    code, _, _ = call(*RUN, *parts, "--cycles", "1", "--out", tmp_path / "run")
    assert code == 0
    assert "lada-margin-input_mixup-exact on digits, preset demo, seed 0" in call("show", tmp_path / "run")[1]
    ahead = open_run(tmp_path / "run").history[1].look_ahead
    assert (ahead.policy, ahead.unit) == ("exact", "probability")
    assert ahead.tau.tolist() == ahead.best_tau.tolist()


def test_show_prints_a_line_a_cycle_and_what_comes_next(call, finished):
    code, out, _ = call("show", finished)
    assert code == 0
    assert "lada-entmix on digits, preset demo, seed 0" in out
    assert "complete after 1 cycles" in out


@pytest.mark.parametrize(("table", "rows"), [("cycles", 2), ("queries", 24), ("pairs", 10)])
def test_csv_and_json_hold_the_records(call, finished, table, rows):
    code, out, _ = call("export", finished, "--table", table)
    parsed = list(csv.DictReader(io.StringIO(out)))
    assert (code, len(parsed)) == (0, rows)
    code, out, _ = call("export", finished, "--table", table, "--json")
    values = json.loads(out)
    assert len(values["rows"]) == rows
    assert values["config"]["data"]["name"] == "digits"
    last = open_run(finished).history[-1]
    if table == "cycles":
        assert float(parsed[-1]["accuracy_percent"]) == pytest.approx(100 * last.evaluate.accuracy)
        assert np.isclose(float(parsed[-1]["tau_mean"]), last.look_ahead.tau.mean())
    if table == "pairs":
        assert np.allclose([row["pair_score_bits"] for row in values["rows"]], last.select.scores)
        assert sum(row["queried"] for row in values["rows"]) == 2
    if table == "queries":
        assert [row["id"] for row in values["rows"]][-4:] == last.select.query_ids.tolist()


@pytest.mark.parametrize("width", [80, 60])
def test_show_breaks_no_value_and_fills_no_more_than_the_terminal(call, finished, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = call("show", finished)[1].splitlines()
    assert max(map(len, lines)) <= width
    assert len([line for line in lines if re.search(r"\d\.\d{3} to \d\.\d{3}", line)]) == 1
    row = cycle_rows(open_run(finished))[1]
    words = " ".join(lines).split()
    for value, form in (("accuracy_percent", ".2f"), ("tau_mean", ".3f"), ("regret_bits", ".3f"), ("seconds", ".1f")):
        assert format(row[value], form) in words


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("lada-entmix", "V and regret in bits next:"),
        ("lada-entmix", "regret, which is against each pair's best tau up to 1, are means over the candidate pairs;"),
        ("lada-entmix-fixed", "regret, which is against each pair's best tau up to 2, are means"),
        (
            "lada-entstn",
            "V is the mean score of the candidate images' transforms, in bits; there is no tau* and no regret",
        ),
        ("random-then-mixup", "stay empty, because this method does not look ahead next:"),
        ("max-entropy", "stay empty, because this method does not look ahead next:"),
        (
            "pairs-then-mixup",
            "V and regret in bits, recorded and not counted, because this method does not look ahead next:",
        ),
        (
            "random-pairs-mixup",
            "tau* is a mean over the candidate pairs; V and regret stay empty, because the scores of this method are "
            "uniform draws, of virtual instances too, which say nothing of the images next:",
        ),
    ],
)
def test_show_says_what_v_is_of_each_kind_of_method(call, tmp_path, method, said):
    small_session(tmp_path / "run", method, cycles=1).close()
    assert said in " ".join(call("show", tmp_path / "run")[1].split())


@pytest.mark.parametrize(("method", "pairs"), [("lada-entstn", False), ("max-entropy", False), ("lada-entmix", True)])
def test_show_speaks_of_candidate_pairs_only_where_there_are_any(call, tmp_path, method, pairs):
    small_session(tmp_path / "run", method, cycles=1).close()
    assert ("candidate pairs" in " ".join(call("show", tmp_path / "run")[1].split())) is pairs


@pytest.mark.slow
def test_show_into_a_file_is_as_on_a_terminal_of_80_columns(finished, tmp_path):
    words = [sys.executable, "-m", "lada_explore", "show", str(finished)]
    environment = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with (tmp_path / "shown.txt").open("w") as file:
        subprocess.run(words, stdout=file, env=environment, check=True, timeout=120)
    text = (tmp_path / "shown.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert "cycle  labels  accuracy %   tau*       quartiles      V  regret  seconds" in text.splitlines()


def test_presets_and_datasets_are_listed(call):
    assert "cifar100-large" in call("presets")[1]
    assert "Table 1" in call("presets", "fashion")[1]
    assert "fashion-mini" in call("datasets")[1]


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_setting_of_a_preset_is_cut_short_where_the_window_is_narrow(call, monkeypatch, columns):
    monkeypatch.setattr(out_console, "width", columns)
    shown = call("presets", "demo")[1]
    assert [name for name in preset_named("demo").sources if f" {name} " not in shown] == []


@pytest.mark.slow
def test_the_command_line_is_there_as_a_module_too():
    words = [sys.executable, "-m", "lada_explore", "presets", "demoo"]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 2
    assert ended.stderr.startswith("lada-explore: preset 'demoo' is unknown")


@pytest.mark.slow
def test_show_and_export_need_no_torch(finished):
    program = (
        "import sys; sys.modules['torch'] = None\n"
        f"sys.argv = ['lada-explore', 'show', {str(finished)!r}]\n"
        "from lada_explore.cli.main import main; main()"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=120).returncode == 0


def test_resuming_a_finished_run_says_so(call, finished):
    code, out, _ = call("resume", finished)
    assert code == 0
    assert "complete; look at it with" in out


def images(folder, names):
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((16, 16), 9, np.uint8)).save(place)
    return folder


BAD_RUNS = [
    (["--set", "schedule.budget=5"], "budget 5 is odd; pairs need an even budget, try 4 or 6"),
    (["--set", "schedule.subset_size=21"], "subset_size 21 is odd"),
    (["--set", "schedule.budget=30"], "schedule.budget 30 is above schedule.subset_size 20"),
    (["--cycles", "5000"], "need 20020 images but digits has 1437; lower"),
    (["--cycles", "-1"], "schedule.cycles is -1; it must be at least 0"),
    (["--preset", "demoo"], "preset 'demoo' is unknown"),
    (["--method", "lada"], "method 'lada' is unknown"),
    (["--dataset", "digit"], "dataset 'digit' is unknown"),
    (["--device", "gpu"], "device 'gpu' cannot be used"),
    (["--oracle", "nobody"], "oracle 'nobody' is unknown; use ground-truth, person or noisy:0.1"),
    (["--seed", "-4"], "seed is -4; seeds are whole numbers from 0 upwards"),
    (["--set", "schedule.budget"], "--set 'schedule.budget' has no value; write it as schedule.budget=20"),
    (["--set", "budget=4"], "setting 'budget' is unknown; did you mean schedule.budget?"),
    (["--set", "policy.fixed_tau=-2"], "policy.fixed_tau is -2; it must be a finite number above 0"),
    (["--set", "policy.learning_rate=nan"], "policy.learning_rate is nan; it must be a finite number above 0"),
    (["--set", "training.epochs=many"], "training.epochs is 'many'; input should be a valid integer"),
    (["--set", "schedule.initial_per_class=143"], "digits"),
    (["--policy", "exact"], "has policy 'exact', which has nothing to decide without an augmentation; choose policy"),
    (["--acquisition", "coreset", "--augmentation", "stn", "--look-ahead"], "cannot look ahead with 'coreset', which"),
    (
        ["--augmentation", "adamixup", "--look-ahead"],
        "; give --no-look-ahead, or choose augmentation",
    ),
    (["--method", "lada-margin-adamixup-exact"], "; give --method margin-then-adamixup, or choose augmentation"),
    (["--set", "method.augmentation=adamixup"], "; give --set method.look_ahead=false, or choose augmentation"),
    (
        ["--acquisition", "badge", "--augmentation", "stn", "--policy", "learned"],
        "(give --no-look-ahead), or look ahead",
    ),
    (["--method", "margin", "--policy", "exact"], "--method margin was given beside --policy; give the method by name"),
    (["--set", "method.acquisition=mine"], "acquisition 'mine' is not one of random, max_entropy"),
    (["--dataset", "folder:HERE/none"], "HERE/none"),
    (["--dataset", "folder:HERE/empty"], "HERE/empty"),
    (["--dataset", "folder:HERE/flat"], "--classes a,b,c"),
    (["--dataset", "folder:HERE/broken"], "HERE/broken"),
    (
        ["--dataset", "folder:HERE/small", "--method", "lada-entstn", "--cycles", "0", "--set", "data.height=10"],
        "the two convolutions need images of at least 12 x 12",
    ),
]


@pytest.mark.parametrize(("words", "sentence"), BAD_RUNS, ids=[case[1][:40] for case in BAD_RUNS])
def test_a_wrong_input_is_one_sentence_and_exit_code_2(call, tmp_path, words, sentence):
    (tmp_path / "empty").mkdir()
    images(tmp_path / "flat", ["a.png", "b.png"])
    images(tmp_path / "small", [f"{name}/{i}.png" for name in "ab" for i in range(5)])
    (tmp_path / "broken" / "a").mkdir(parents=True)
    (tmp_path / "broken" / "a" / "x.png").write_bytes(b"no image")
    here = [word.replace("HERE", str(tmp_path)) for word in words]
    code, _, err = call(*RUN, *here, "--out", tmp_path / "run")
    assert code == 2
    assert sentence.replace("HERE", str(tmp_path)) in err
    assert err.count("\n") == 1
    assert not (tmp_path / "run").exists()


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def future(path):
    path.write_text(path.read_text().replace('"format": 2', '"format": 99'))


BAD_FOLDERS = [
    ("run.json", lambda path: path.unlink(), "is not a run folder"),
    ("run.json", cut, "run.json is damaged"),
    ("run.json", future, "has format 99; this release reads format 2"),
    ("labels.sqlite", lambda path: path.unlink(), "labels.sqlite is missing"),
    ("labels.sqlite", lambda path: path.write_bytes(b"x" * 9000), "cannot be opened as a journal of answers"),
    ("cycles/001/score/arrays.npz", cut, "score/arrays.npz is damaged"),
    ("cycles/001/score/record.json", cut, "score/record.json is damaged"),
    ("cycles/001/evaluate/seconds.json", lambda path: path.write_text("soon"), "evaluate/seconds.json is damaged"),
    ("cycles/001/train/checkpoint.safetensors", cut, "checkpoint.safetensors is damaged"),
    ("cycles/001/train/checkpoint.safetensors", lambda path: path.unlink(), "checkpoint.safetensors is damaged"),
    ("cycles/001/look_ahead", shutil.rmtree, "is missing although the later"),
]


@pytest.mark.parametrize(("name", "harm", "sentence"), BAD_FOLDERS, ids=[f"{c[0]}-{c[2][:20]}" for c in BAD_FOLDERS])
def test_a_damaged_run_is_named_and_left_as_it_is(call, finished, tmp_path, name, harm, sentence):
    run = tmp_path / "run"
    shutil.copytree(finished, run)
    harm(run / name)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    code, _, err = call("resume", run)
    assert code == 2
    assert sentence in err
    assert err.count("\n") == 1
    after = {path: path.read_bytes() for path in run.rglob("*") if path.is_file() and path in before}
    assert after == before


def test_an_existing_folder_is_never_written_into(call, finished):
    before = {path: path.read_bytes() for path in finished.rglob("*") if path.is_file()}
    code, _, err = call(*RUN, "--out", finished)
    assert (code, err.count("\n")) == (2, 1)
    assert "exists already and is left as it is; go on with" in err
    assert {path: path.read_bytes() for path in finished.rglob("*") if path.is_file()} == before


def test_an_export_never_lands_inside_the_run(call, finished):
    before = (finished / "run.json").read_bytes()
    code, _, err = call("export", finished, "--out", finished / "run.json")
    assert (code, err.count("\n")) == (2, 1)
    assert "is inside the run, whose files are its record; choose a file elsewhere with --out" in err
    assert (finished / "run.json").read_bytes() == before


def test_an_unknown_table_and_a_file_that_cannot_be_written_are_named(call, finished, tmp_path):
    code, _, err = call("export", finished, "--table", "cycle")
    assert code == 2
    assert "table 'cycle' is unknown; the known ones are cycles, queries, pairs; did you mean 'cycles'?" in err
    code, _, err = call("export", finished, "--out", tmp_path / "no" / "file.csv")
    assert code == 2
    assert "cannot be written (No such file or directory); choose another file with --out" in err


@pytest.mark.parametrize(("option", "others"), [("--links", ()), ("--replace", ("--labels", "csv"))])
def test_an_option_of_class_folders_is_refused_where_it_would_do_nothing(call, finished, tmp_path, option, others):
    code, _, err = call("export", finished, option, *others, "--out", tmp_path / "out")
    assert (code, f"{option} is for --labels folders; leave it out, or add that" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def record_bytes_of(call, out, *words):
    code, _, err = call(*RUN, "--cycles", "1", *words, "--out", out)
    assert (code, err) == (0, "")
    return record_bytes(out)


def test_the_same_command_twice_gives_identical_records_and_another_seed_others(call, tmp_path):
    first = record_bytes_of(call, tmp_path / "first")
    assert len(first) == 2 * 11 + 2
    assert record_bytes_of(call, tmp_path / "second") == first
    other = record_bytes_of(call, tmp_path / "third", "--seed", "1")
    assert other["cycles/000/select/arrays.npz"] != first["cycles/000/select/arrays.npz"]
    asked_for = [json.loads((tmp_path / name / "run.json").read_text()) for name in ("first", "second")]
    # Each run has an id of its own.
    assert {name for name in asked_for[0] if asked_for[0][name] != asked_for[1][name]} == {"id", "digest"}


def test_a_training_that_diverges_is_one_sentence_and_what_came_before_is_kept(call, tmp_path):
    words = ["--cycles", "1", "--set", "training.learning_rate=100", "--out", tmp_path / "run"]
    code, out, err = call(*RUN, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("lada-explore: Train of the start: the training loss is ")
    assert "now 100, in a new run: this training has diverged" in err
    assert "Warning" not in out + err
    assert "next: Train of the start; go on with" in call("show", tmp_path / "run")[1]
    assert call("resume", tmp_path / "run")[::2] == (2, err)


def test_a_query_for_a_person_ends_the_command_and_says_how_to_go_on(call, tmp_path):
    code, out, _ = call(*RUN, "--cycles", "1", "--oracle", "person", "--out", tmp_path / "run")
    assert code == 0
    assert "cycle 0 asks about 20 images; answer them in JupyterLab with open_session(" in out
    assert str(tmp_path / "run") in out
    shown = call("show", tmp_path / "run")[1]
    how = out[out.index("answer them in") :]
    assert f"next: Query of the start, whose images a person answers; {how}" in shown
    assert how.endswith(
        f"import-labels {tmp_path / 'run'} FILE`; then go on with `lada-explore resume {tmp_path / 'run'}`\n"
    )
    code, out, _ = call("resume", tmp_path / "run")
    assert (code, "asks about 20 images" in out) == (0, True)
    code, out, _ = call("resume", tmp_path / "run", "--oracle", "ground-truth")
    assert (code, "complete; look at it with" in out) == (0, True)


def test_a_path_with_a_name_of_an_emoji_in_it_is_printed_as_it_is(call, tmp_path):
    code, _, err = call("show", tmp_path / "run:x:1")
    assert (code, f"{tmp_path}/run:x:1 is not a run folder" in err) == (2, True)


def test_an_interrupt_ends_with_130_and_a_sentence_and_the_run_goes_on_later(call, tmp_path, monkeypatch):
    whole = record_bytes_of(call, tmp_path / "whole")
    batch, done = mixing.virtual_loss, []

    def interrupted(*words):
        done.append(words)
        if len(done) == 2:
            raise KeyboardInterrupt
        return batch(*words)

    monkeypatch.setattr(mixing, "virtual_loss", interrupted)
    code, _, err = call(*RUN, "--cycles", "1", "--out", tmp_path / "run")
    assert (code, err) == (130, f"stopped; go on with `lada-explore resume {tmp_path / 'run'}`\n")
    assert not (tmp_path / "run/cycles/001/train").exists()
    monkeypatch.setattr(mixing, "virtual_loss", batch)
    assert call("resume", tmp_path / "run")[0] == 0
    assert record_bytes(tmp_path / "run") == whole


def test_show_export_and_resume_change_nothing_in_a_finished_run(call, finished):
    before = all_bytes(finished)
    for words in (["show"], ["export"], ["export", "--json", "--table", "pairs"], ["resume"]):
        assert call(words[0], finished, *words[1:])[0] == 0
    assert all_bytes(finished) == before


def test_export_writes_a_file_or_standard_output_alike(call, finished, tmp_path):
    _, printed, _ = call("export", finished, "--table", "pairs")
    code, out, err = call("export", finished, "--table", "pairs", "--out", tmp_path / "pairs.csv")
    assert (code, out, err) == (0, "", "")
    assert (tmp_path / "pairs.csv").read_text(encoding="utf-8") == printed


def test_a_path_is_printed_on_one_line_however_long_it_is(call, finished, tmp_path):
    out = copied(finished, tmp_path / ("long-" * 30) / "run")
    assert f"`lada-explore show {out}`" in call("resume", out)[1]


@pytest.mark.slow
def test_export_needs_no_torch(finished):
    program = (
        "import sys; sys.modules['torch'] = None\n"
        f"sys.argv = ['lada-explore', 'export', {str(finished)!r}, '--json']\n"
        "from lada_explore.cli.main import main; main()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [row["cycle"] for row in json.loads(ended.stdout)["rows"]] == [0, 1]
