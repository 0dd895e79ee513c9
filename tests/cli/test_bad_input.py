"""What cannot work is one sentence that names the value, the limit and the remedy; what is there stays as it is."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from helpers.command_line import MAIN, assert_refused, in_process
from helpers.fakes import FakeSession
from helpers.small_runs import CLASSES, SET_OPTIONS, all_bytes, small_config, small_data

from lada_explore.config import Method
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.errors import ConfigError, DataError
from lada_explore.session.session import Session
from lada_explore.session.worker import Worker

RUN = ["run", "--dataset", "digits", "--device", "cpu", *SET_OPTIONS]


BAD_SETTINGS = {
    "schedule.cycles=-2": ("schedule.cycles is -2", "at least 0"),
    "schedule.budget=0": ("schedule.budget is 0", "at least 1"),
    "schedule.subset_size=1": ("schedule.subset_size is 1", "at least 2"),
    "schedule.initial_per_class=0": ("schedule.initial_per_class is 0", "at least 1"),
    "schedule.budget=4.5": ("schedule.budget is '4.5'", "integer"),
    "schedule.bugdet=4": ("'schedule.bugdet' is unknown", "did you mean schedule.budget"),
    "schedule=4": ("'schedule' is unknown",),
    "policy.fixed_tau=0": ("policy.fixed_tau is 0", "above 0", "2.0 for manifold"),
    "policy.fixed_tau=nan": ("policy.fixed_tau is nan", "finite number above 0"),
    "policy.tau_max=0": ("policy.tau_max is 0", "above 0", "ends at 1"),
    "policy.tau_max=inf": ("policy.tau_max is inf", "finite"),
    "policy.batch_size=0": ("policy.batch_size is 0", "at least 1"),
    "policy.learning_rate=-1": ("policy.learning_rate is -1", "5e-5"),
    "training.learning_rate=0": ("training.learning_rate is 0", "0.001"),
    "training.epochs=0": ("training.epochs is 0", "at least 1"),
    "training.crop_flip=perhaps": ("training.crop_flip is 'perhaps'", "boolean"),
    "look_ahead.estimator=exact": ("look_ahead.estimator 'exact' is unknown", "quadrature, pathwise"),
    "look_ahead.nodes=2": ("look_ahead.nodes is 2", "at least 3"),
    "look_ahead.draws=0": ("look_ahead.draws is 0", "at least 1"),
    "checkpoints=newest": ("checkpoints 'newest' is unknown", "all, last"),
    "classifier.width=0": ("classifier.width is 0", "at least 1"),
    "classifier.blocks=1,0": ("classifier.blocks is (1, 0)", "at least 1 block"),
    "method.augmentation=cutmix": ("augmentation 'cutmix' is unknown", "manifold_mixup, input_mixup"),
    "method.policy=greedy": ("policy 'greedy' is unknown", "learned"),
    "method.policy=none": ("looks ahead without a policy", "'learned', 'fixed' or 'exact'"),
    "data.channels=2": ("data.channels is 2", "grey (1) or RGB (3)"),
    "data.test_share=1": ("data.test_share is 1", "below 1, try 0.2"),
    "data.layout=deep": ("data.layout 'deep' is unknown", "auto, classes, flat"),
    "data.height=4": ("data.height is 4", "at least 8"),
    "=4": ("'=4' has no value", "schedule.budget=20"),
    "schedule.budget=": ("'schedule.budget=' has no value", "schedule.budget=20"),
}


@pytest.mark.parametrize("setting", BAD_SETTINGS)
def test_a_setting_that_cannot_work_is_one_sentence_and_makes_nothing(call, tmp_path, setting):
    assert_refused(call(*RUN, "--set", setting, "--out", tmp_path / "run"), *BAD_SETTINGS[setting])
    assert list(tmp_path.iterdir()) == []


BAD_CHOICES = {
    "class names for a set that has its own": (["--classes", "a,b"], ("a, b were given for digits", "folder:PATH")),
    "a folder without a path": (["--dataset", "folder:"], ("names no folder", "folder:PATH")),
    "a device that is not there": (["--device", "cuda:99"], ("device 'cuda:99' cannot be used", "'auto', 'cpu'")),
    "a dataset that is nearly there": (["--dataset", "fashion-mimi"], ("did you mean 'fashion-mini'?",)),
    "a method that is nearly there": (["--method", "lada-entmixx"], ("did you mean lada-entmix or ",)),
    "one class name": (["--dataset", "folder:FLAT", "--classes", "a"], ("1 class names were given", "a,b,c")),
    "a class named twice": (["--dataset", "folder:FLAT", "--classes", "a,a"], ("'a' is named more than once",)),
    "the ground truth of unlabelled images": (
        ["--dataset", "folder:FLAT", "--classes", "a,b", "--cycles", "0", "--oracle", "ground-truth"],
        ("no labels of their own", "--oracle person"),
    ),
    "two layouts": (
        ["--dataset", "folder:MINE", "--unlabelled", "--set", "data.layout=classes"],
        ("--unlabelled was given beside --set data.layout=classes", "give one of them"),
    ),
    "a layout of images that are no folder": (["--unlabelled"], ("data.layout is 'flat' but the images are 'digits'",)),
    "no classes to label with": (
        ["--dataset", "folder:MINE", "--unlabelled"],
        ("images without labels and 0 class names were given", "--classes a,b,c"),
    ),
    "a folder of one class": (["--dataset", "folder:ONE"], ("1 class folder", "at least 2 classes")),
    "a folder that is a file": (["--dataset", "folder:FILE"], ("is a file", "give a folder of images")),
    "more initial images than there are": (
        ["--dataset", "folder:MINE", "--cycles", "0", "--set", "schedule.initial_per_class=13"],
        ("need 26 images", "lower schedule.initial_per_class to 12"),
    ),
    "a class with too few images": (
        ["--dataset", "folder:UNEVEN", "--cycles", "0", "--set", "schedule.initial_per_class=4"],
        ("class 'dog' has 2 images but the start needs 4 of each", "lower schedule.initial_per_class to 2"),
    ),
    "a class without images": (
        ["--dataset", "array:LACKING", "--cycles", "0"],
        ("class 'bird' has 0 images", "add images of it, or leave it out of the class names"),
    ),
}


@pytest.mark.parametrize("case", BAD_CHOICES)
def test_a_choice_that_cannot_work_is_one_sentence_and_makes_nothing(call, tmp_path, images, case):
    places = {name: tmp_path / name.lower() for name in ("FLAT", "ONE", "FILE", "UNEVEN", "LACKING")} | {"MINE": images}
    shutil.copytree(images / "cat", places["FLAT"])
    shutil.copytree(images / "cat", places["ONE"] / "cat")
    places["FILE"].write_text("mine")
    shutil.copytree(images, places["UNEVEN"])
    places["LACKING"].mkdir()
    np.save(places["LACKING"] / "images.npy", np.arange(30 * 144, dtype=np.uint8).reshape(30, 1, 12, 12))
    np.save(places["LACKING"] / "targets.npy", np.arange(30) % 2)
    (places["LACKING"] / "classes.txt").write_text("cat\ndog\nbird\n", encoding="utf-8")
    for i in range(2, 12):
        (places["UNEVEN"] / "dog" / f"{i}.png").unlink()
    words, expected = BAD_CHOICES[case]
    for name, place in places.items():
        words = [word.replace(f":{name}", f":{place}") for word in words]
    assert_refused(call(*RUN, "--set", "data.test_share=0", *words, "--out", tmp_path / "run"), *expected)
    assert not (tmp_path / "run").exists()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("file", ("exists already and is left as it is", "--out")),
        ("full", ("exists already and is left as it is", "lada-explore resume")),
        ("file/below", ("cannot be written (Not a directory)", "--out")),
        ("x" * 300, ("cannot be written (File name too long)", "--out")),
    ],
)
def test_a_place_that_cannot_be_a_new_run_is_left_as_it_is(call, tmp_path, out, words):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    before = all_bytes(tmp_path)
    assert_refused(call(*RUN, "--out", tmp_path / out), *words)
    assert all_bytes(tmp_path) == before


@pytest.mark.parametrize("command", ["resume", "show", "export"])
@pytest.mark.parametrize("place", ["nothing", "empty", "file", "x" * 300])
def test_what_is_no_run_is_refused_by_every_command(call, tmp_path, command, place):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("mine")
    assert_refused(call(command, tmp_path / place), "is not a run folder", "made by `lada-explore run`")
    assert all_bytes(tmp_path) == {"file": b"mine"}


def test_a_run_whose_records_cannot_be_saved_does_not_end_as_if_it_were_complete(call, tmp_path, monkeypatch):
    def of_numpy_2_1(file, **arrays):
        save(file, **{name: np.asanyarray(array) for name, array in {"_": 0, **arrays}.items()})

    save = np.savez_compressed
    monkeypatch.setattr(np, "savez_compressed", of_numpy_2_1)
    out = tmp_path / "run"
    assert_refused(call(*RUN, "--cycles", 0, "--out", out), "did not write", "install the versions that pyproject.toml")
    assert list(out.glob("cycles/*/*")) == []


def test_an_unknown_preset_to_show_is_a_sentence(call):
    assert_refused(call("presets", "fasion"), "preset 'fasion' is unknown", "did you mean 'fashion'?")


@pytest.mark.parametrize(
    "words",
    [
        "run",
        "run --out",
        "run --out x --budget 4",
        "run --out x --cycles two",
        "resume",
        "show a b",
        "walk",
    ],
)
def test_words_that_are_no_command_exit_with_2_and_make_nothing(call, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    code, _, err = call(*words.split())
    assert code == 2
    assert "Error: " in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([*RUN, "--set", "schedule.budget=5", "--out", "new"], "budget 5 is odd"),
        (["resume", "nothing"], "is not a run folder"),
        (["export", "nothing", "--json"], "is not a run folder"),
    ],
    ids=["run", "resume", "export"],
)
def test_in_a_process_of_its_own_too(tmp_path, words, expected):
    done = in_process(MAIN, *words, cwd=tmp_path)
    assert_refused((done.returncode, done.stdout, done.stderr), expected)
    assert list(tmp_path.iterdir()) == []


class TestPython:
    def image_set(self, images, targets=None):
        return ImageSet.create(name="mine", images=images, targets=targets, class_names=CLASSES, source="Mine.")

    def test_pixels_that_are_not_a_number_are_named_by_place(self):
        images = np.full((4, 1, 12, 12), 0.5, np.float32)
        images[2, 0, 3, 4] = np.nan
        with pytest.raises(DataError, match=r"1 of 576 pixel values are not in \[0, 1\], the first nan at \[2, 0, 3"):
            self.image_set(images)

    def test_a_target_that_is_no_class_is_named_by_id(self):
        with pytest.raises(DataError, match=r"1 of 3 targets are outside 0\.\.2, the first 3 at id 1"):
            self.image_set(np.zeros((3, 1, 12, 12), np.uint8), np.array([0, 3, 1]))

    def test_images_too_small_for_a_transformer_make_no_run_and_the_policy_network_takes_them(self, tmp_path):
        small = self.image_set(np.zeros((40, 1, 11, 11), np.uint8), np.arange(40) % 3)
        data = ImageData(train=small, test=None, mean=(0.5,), std=(1.0,))
        with pytest.raises(ConfigError, match="at least 12 x 12 but these are 11 x 11; use larger images, or a method"):
            Session.create(small_config("lada-entstn", cycles=0), tmp_path / "run", data=data)
        assert list(tmp_path.iterdir()) == []
        Session.create(small_config(cycles=0), tmp_path / "run", data=data).close()

    def test_more_than_the_pool_holds_makes_no_run(self, tmp_path):
        with pytest.raises(ConfigError, match="14 cycles of budget 4 .* need 62 images but small has 60; lower"):
            Session.create(small_config(cycles=14), tmp_path / "run", data=small_data())
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.slow
    def test_the_whole_pool_may_be_labelled_to_its_last_image(self, tmp_path):
        config = small_config(cycles=13, training__epochs=1, policy__epochs=1)
        session = Session.create(config, tmp_path / "run", data=small_data(n=58))
        history = session.run()
        session.close()
        assert history[-1].evaluate.n_labelled == 58
        assert session.pool.n_unlabelled == 0
        assert len(history[-1].subsample.subset_ids) == 4

    def test_a_method_that_looks_ahead_at_nothing_is_refused(self):
        with pytest.raises(ConfigError, match=r"looks ahead without an augmentation.*choose augmentation"):
            Method(name="custom", acquisition="max_entropy", policy="learned", look_ahead=True)

    @pytest.mark.parametrize("cycles", [0, -3])
    def test_a_worker_runs_at_least_one_cycle(self, cycles):
        worker = Worker.of(FakeSession())
        with pytest.raises(ConfigError, match=f"{cycles} cycles were asked for; run at least 1"):
            worker.run(cycles)
        assert worker.history[-1].select is None
