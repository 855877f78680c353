"""The wheel and the sdist as someone else gets them: built, installed in its own environment, and run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.files import project_files
from tests.paths import ROOT

OUTCOMES = [
    ["Into revenue but not profit"], ["Plausible"], ["Getting aggressive"], ["Add on pullbacks, do not chase"],
]  # fmt: skip
REPORT = ("report", "alibaba", "--as-of", "2026-05-14", "--format")
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")

pytestmark = pytest.mark.packaging


def run(*command: str | Path, cwd: Path) -> str:
    """What a program says; fails with all that it said where it fails."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    ran = subprocess.run([str(c) for c in command], cwd=cwd, env=env, capture_output=True, timeout=300, check=False)
    out, err = ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8")
    assert ran.returncode == 0, f"{command}\n{out}\n{err}"
    return out


@dataclass(frozen=True)
class Built:
    """The artefacts, and a program that was installed from the wheel alone."""

    wheel: Path
    sdist: Path
    program: Path
    empty: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Builds both from a copy of the tracked and new files, installs the wheel, and leaves nothing behind."""
    base = tmp_path_factory.mktemp("packaging")
    source, dist, empty = base / "source", base / "dist", base / "empty folder"
    for folder in (source, dist, empty):
        folder.mkdir()
    for path in project_files():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    run(sys.executable, *PIP, "wheel", "--no-deps", "--wheel-dir", dist, source, cwd=base)
    tools = base / "tools"
    venv.create(tools, with_pip=True)
    python = tools / ("Scripts" if os.name == "nt" else "bin") / "python"
    (wheel,) = dist.glob("*.whl")
    run(python, *PIP, "install", wheel, "hatchling", cwd=empty)
    run(python, "-m", "hatchling", "build", "-t", "sdist", "-d", dist, cwd=source)
    (sdist,) = dist.glob("*.tar.gz")
    return Built(wheel, sdist, python.with_name("thesis"), empty)


def contents(wheel: Path) -> dict[str, bytes]:
    """Every file of a wheel but its record."""
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return {n: archive.read(n) for n in archive.namelist() if not n.endswith("RECORD")}


def test_the_installed_program_gives_the_three_outcomes_from_an_empty_folder(built: Built) -> None:
    assert run(built.program, "--version", cwd=built.empty) == "thesis 0.1.0\n"
    listed = run(built.program, "list", cwd=built.empty)
    assert "ai_infrastructure" in listed
    assert "BABA" in listed
    report = json.loads(run(built.program, *REPORT, "json", cwd=built.empty))
    assert [v["outcomes"] for v in report["verdicts"]] == OUTCOMES
    assert list(built.empty.iterdir()) == []


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_the_installed_program_says_what_the_checkout_says(built: Built, form: str) -> None:
    installed = run(built.program, *REPORT, form, cwd=built.empty)
    checkout = run(sys.executable, "-m", "evaluator.commands.main", *REPORT, form, cwd=ROOT)
    assert installed == checkout
    for (outcome,) in OUTCOMES:
        assert outcome in installed


def test_the_installed_package_gives_from_python_what_the_program_gives(built: Built) -> None:
    python = built.program.with_name("python")
    code = "import thesis; print(thesis.report('alibaba', 'BABA', as_of='2026-05-14').json(), end='')"
    assert run(python, "-c", code, cwd=built.empty) == run(built.program, *REPORT, "json", cwd=built.empty)


def test_the_installed_program_reads_its_own_files(built: Built) -> None:
    paths = [r["path"] for r in json.loads(run(built.program, "list", "--format", "json", cwd=built.empty))["rules"]]
    assert paths
    assert all(Path(p).is_relative_to(built.program.parents[1].resolve()) for p in map(os.path.realpath, paths))


def test_the_wheel_holds_rules_facts_and_templates_and_no_tests(built: Built) -> None:
    found = contents(built.wheel)
    names = set(found)
    for kind in ("rules", "templates"):
        here = {p.relative_to(ROOT).as_posix() for p in (ROOT / kind).rglob("*") if p.is_file()}
        assert here
        assert {n.removeprefix("evaluator/bundled/") for n in names if f"bundled/{kind}/" in n} == here
        for name in here:
            assert found[f"evaluator/bundled/{name}"] == (ROOT / name).read_bytes()
    assert {
        "dsl/syntax/grammar.lark",
        "dsl/syntax/grammar.table",
        "evaluator/render/templates.table",
        "dsl/py.typed",
        "evaluator/py.typed",
        "thesis/py.typed",
        "thesis/__init__.py",
        "evaluator/commands/main.py",
        "evaluator/entry/start.py",
    } <= names
    roots = {n.partition("/")[0] for n in names}
    assert roots == {"dsl", "evaluator", "thesis", "thesis_evaluator-0.1.0.dist-info"}
    assert not [n for n in names if "test_" in n or "conftest" in n or n.endswith((".pyc", ".orig"))]
    meta = found["thesis_evaluator-0.1.0.dist-info/METADATA"].decode()
    assert "License-File: LICENSE" in meta
    assert (
        found["thesis_evaluator-0.1.0.dist-info/entry_points.txt"].decode().split("\n")[1]
        == "thesis = evaluator.entry.start:main"
    )


def test_the_installed_program_has_a_page_for_every_code(built: Built) -> None:
    found = contents(built.wheel)
    for folder in ("dsl/text", "evaluator/codes"):
        here = {p.relative_to(ROOT).as_posix(): p.read_bytes() for p in (ROOT / folder / "pages").iterdir()}
        assert len(here) > 10
        assert {name: text for name, text in found.items() if name.startswith(f"{folder}/pages/")} == here
    for args in (("T061",), ("f012",), ("all",)):
        explain = ("check", "--explain", *args)
        said = run(built.program, *explain, cwd=built.empty)
        assert said == run(sys.executable, "-m", "evaluator.commands.main", *explain, cwd=ROOT)


def test_the_sdist_holds_tests_and_docs_and_builds_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {n.partition("/")[2] for n in archive.getnames()}
        archive.extractall(tmp_path, filter="data")
    for name in ("tests/conftest.py", "tests/packaging/test_wheel.py", "docs/language.md", "docs/python.md", "docs/notebook.ipynb",
                 "docs/schema/report.schema.json",
                 "rules/facts/BABA.yaml", "templates/memo.md.j2", "README.md", "ARCHITECTURE.md", "LICENSE", "Makefile"):  # fmt: skip
        assert name in names
    assert not [n for n in names if n.endswith(".pyc") or n.startswith((".git/", ".venv", "out/", "dist/"))]
    (source,) = tmp_path.iterdir()
    python = built.program.with_name("python")
    run(python, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again", cwd=source)
    (again,) = (tmp_path / "again").glob("*.whl")
    assert contents(again) == contents(built.wheel)
