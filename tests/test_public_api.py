"""What may be imported, and what importing it loads."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import lada_explore

WITHOUT_TORCH = """
import sys
class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchvision"):
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, NoTorch())
"""


def test_every_public_name_can_be_imported_from_the_top():
    namespace: dict[str, object] = {}
    exec("from lada_explore import *", namespace)
    namespace.pop("__builtins__")
    assert sorted(namespace) == sorted(lada_explore.__all__)
    assert None not in namespace.values()


def test_public_names_are_distinct_and_shown_by_dir():
    assert len(set(lada_explore.__all__)) == len(lada_explore.__all__)
    assert dir(lada_explore) == sorted(lada_explore.__all__)


def test_public_names_are_the_ones_of_the_modules_below():
    for name, module in lada_explore._MODULE_OF.items():
        there = importlib.import_module(f"lada_explore.{module}")
        assert getattr(lada_explore, name) is getattr(there, name), name


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'lada_explore' has no attribute 'sesion'"):
        lada_explore.sesion  # noqa: B018


@pytest.mark.parametrize(
    "package", ["store", "views", "datasets", "acquisition", "augmentation", "lookahead", "models"]
)
def test_every_package_lists_what_it_offers(package):
    module = importlib.import_module(f"lada_explore.{package}")
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


@pytest.mark.slow
def test_readers_views_worker_and_command_line_are_imported_without_torch():
    code = WITHOUT_TORCH + (
        "import lada_explore, lada_explore.store, lada_explore.exchange.report, lada_explore.cli.main\n"
        "import lada_explore.views, lada_explore.session, lada_explore.labelling.protocol\n"
        "import lada_explore.session.worker, lada_explore.analysis, lada_explore.records, lada_explore.events\n"
        "import lada_explore.config.presets, lada_explore.errors\n"
        "from lada_explore import METHODS, PRESETS, Method, RunConfig, LadaError, Worker, configure, open_run\n"
        "from lada_explore import AccuracyChart, QueryGallery, Stepper, TauChart\n"
        "from lada_explore import Explorer, Learning, Selection, TauObservatory, TimeSlider\n"
        "print('torch' in sys.modules)\n"
        "try:\n    from lada_explore import Session\n"
        "except ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.stderr, done.stdout.splitlines()) == ("", ["False", "torch is blocked"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--help"], "Run, resume and read look-ahead active learning"),
        (["presets"], "cifar100-large"),
        (["presets", "fashion"], "A.3"),
    ],
)
def test_help_and_presets_need_no_torch(words, shown):
    code = WITHOUT_TORCH + f"sys.argv = ['lada-explore', *{words!r}]\nfrom lada_explore.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown in " ".join(done.stdout.split())
