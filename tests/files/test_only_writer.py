"""Nothing of the package writes to disk but through `lada_explore.files`, or into a folder that it is given there."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import lada_explore

PACKAGE = Path(lada_explore.__file__).parent
WRITES = {
    *("write_text", "write_bytes", "touch", "mkdir", "makedirs", "rename", "renames", "unlink", "rmdir", "rmtree"),
    *("symlink_to", "hardlink_to", "link", "symlink", "copy", "copy2", "copyfile", "copytree", "move", "fsync"),
    *("savez", "savez_compressed", "save_file", "savefig", "write_table", "tofile"),
    *("NamedTemporaryFile", "TemporaryDirectory", "mkdtemp", "mkstemp"),
}
INTO_A_FOLDER_GIVEN = {
    "apps/lessons.py": {"copytree", "copyfile"},
    "datasets/decoded.py": {"open", "write_bytes", "rmtree"},  # rmtree: the oldest of what can be made again
    "datasets/streamed.py": {"open"},
    "exchange/class_folders.py": {"mkdir", "write_text", "open"},
    "experiments/engines/sent_files.py": {"write_bytes", "unlink", "rmdir"},  # unlink: what the run itself removed
    "exchange/picture_files.py": {"save", "symlink_to", "copy2"},
    "experiments/comparison.py": {"write_bytes"},
    "store/branching.py": {"mkdir", "link", "copyfile"},
    "store/checkpoint.py": {"save", "write_bytes"},  # save: makes bytes
    "store/codec.py": {"write_text", "savez_compressed"},
    "store/run_folder.py": {"unlink"},  # a checkpoint that is not needed any more
    "store/run_info.py": {"write_text"},
    "store/seals.py": {"write_text"},
}
INTO_MEMORY = {
    "datasets/intensity.py": {"unlink"},  # the oldest of what can be made again
    "datasets/own_sources.py": {"save"},
    "exchange/tables.py": {"write_table"},
    "experiments/figures.py": {"savefig"},
    "experiments/results.py": {"write_table"},
    "labelling/details.py": {"save"},
    "session/check_again.py": {"save"},
    "store/layouts.py": {"savez_compressed", "unlink"},  # unlink: the oldest of what can be made again
    "views/map/panel.py": {"save"},
    "views/map/publication.py": {"savefig"},
    "views/query_gallery/query_gallery.py": {"save"},
}
NO_OUTPUT = {
    "experiments/engines/ray.py": {"TemporaryDirectory"},  # that a run is computed in; its files are sent back
    "experiments/duel.py": {"rmtree"},  # of what it has just made, when the other half cannot be made
    "apps/playground.py": {"TemporaryDirectory"},  # that runs are made in
    "store/journal_files.py": {"copyfile", "TemporaryDirectory"},  # to read a journal on a disk that is read-only
    "store/repair.py": {"rename", "unlink", "mkdir", "write_text"},  # within the run; into a folder given
    "store/sound_lines.py": {"TemporaryDirectory"},  # to read a journal and change nothing beside it
    "apps/served/serve.py": {"rmtree"},  # of what kernels had while they ran
    "apps/served/log.py": {"open", "replace"},  # a log: half of it is better than nothing
    "apps/visitors/__main__.py": {"mkdir", "rmtree"},  # that kernels have while they run
    "apps/visitors/kernels.py": {"mkdir", "rmtree"},
    "cli/last_resort.py": {"write_text"},  # a log
    "config/paths.py": {"mkdir", "mkdtemp", "mkstemp", "unlink"},  # that numba writes into; logs, empty and old ones
}


def opens_for_writing(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    modes = [value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return any(set(mode) <= set("rwxabt+") and set(mode) & set("wxa+") for mode in modes)


def writes_of(source: str) -> set[str]:
    """Names of the calls in a module that write to disk. `replace` is left out: strings and records have it too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if (
            name in WRITES - {"copy"}
            or (name == "copy" and owner == "shutil")
            or (name == "replace" and owner == "os")
            or (name == "save" and node.args and owner != "self")
            or (name in ("open", "fdopen") and opens_for_writing(node))
        ):
            found.add(name)
    return found


def test_only_the_writer_writes():
    found = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        name = str(path.relative_to(PACKAGE))
        if not name.startswith("files/") and (writes := writes_of(path.read_text(encoding="utf-8"))):
            found[name] = writes
    assert dict(found) == INTO_A_FOLDER_GIVEN | INTO_MEMORY | NO_OUTPUT


def test_one_that_does_otherwise_is_found():
    assert writes_of("place.write_text('1')\nos.replace(a, b)\nopen(p, 'wb')\np.open(mode='a')\n") == {
        "write_text",
        "replace",
        "open",
    }
    assert writes_of("text.replace('a', 'b')\nopen(p)\nopen(p, 'rb')\nrecord.copy()\n") == set()
