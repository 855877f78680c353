"""Nothing that is tracked knows the machine it was written on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.packaging.files import project_files
from tests.paths import ROOT

SLASH = "/"  # the paths below are put together, so that this file does not hold them
PLACES = ("work", "tmp", "home", "root", "Users", "opt", "mnt", "srv")
MACHINE = re.compile(rf"(?<![\w.…~$/}}]){SLASH}(?:{'|'.join(PLACES)}){SLASH}[\w.]")
WINDOWS = re.compile(r"\b[A-Z]:\\(?:Users|Windows|Program)")
REGISTRIES = re.compile(
    "|".join(
        word.replace(" ", r"\.")
        for word in ("pypi org", "pythonhosted org", "deb debian org", "npmjs (?:org|com)", "artifactory", "devpi")
    )
    + r"|(?:index|proxy)-url|trusted-host"
)
ADDRESSES = re.compile(r"\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b")
LAWS = {"a machine's path": MACHINE, "a Windows path": WINDOWS, "a registry": REGISTRIES, "an address": ADDRESSES}
PICTURES = {".png", ".jpg", ".ico"}


def findings(text: str) -> list[str]:
    """What a text holds that it must not."""
    return [f"{what}: {match[0]}" for what, law in LAWS.items() for match in law.finditer(text)]


def test_no_tracked_file_knows_a_machine_or_a_registry() -> None:
    files = project_files()
    assert len(files) > 50
    itself = Path(__file__).resolve()
    found = {
        str(path.relative_to(ROOT)): problems
        for path in files
        if path.suffix not in PICTURES and path.resolve() != itself
        if (problems := findings(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_no_tracked_link_leads_out_of_the_project() -> None:
    out = [p for p in project_files() if p.is_symlink() and not p.resolve().is_relative_to(ROOT)]
    assert out == []


KNOWN_REACH = {
    "evaluator/session/committed.py": ["os.environ"],
    "evaluator/spark/session.py": ["socket", "os.environ", "socket", "socket"],
}
"""Git is given the environment that it is called in, less what would show it another repository. Whether a Spark master that
was named answers is asked before Spark is started, and Java is where JAVA_HOME says."""


def test_the_code_reaches_for_nothing_beside_the_project() -> None:
    """No module walks up past the root, asks for the home folder or reads the environment for a place."""
    reach = re.compile(
        r"Path\.home|expanduser|os\.environ|getenv|\.parents\[|urllib\.request|socket|requests|http\.client"
    )
    for folder in ("dsl", "evaluator", "thesis"):
        for path in (ROOT / folder).rglob("*.py"):
            known = KNOWN_REACH.get(path.relative_to(ROOT).as_posix(), [])
            assert reach.findall(path.read_text(encoding="utf-8")) == known, path.name


@pytest.mark.parametrize(
    "text",
    [
        SLASH + "home" + SLASH + "ann" + SLASH + "x",
        "see " + SLASH + "tmp" + SLASH + "y.md",
        "C:" + "\\Users\\ann",
        "files.pythonhosted" + ".org",
        "--index-" + "url x",
        "at 10." + "0.0.7",
    ],
)
def test_the_law_finds_what_breaks_it(text: str) -> None:
    assert len(findings(text)) == 1


@pytest.mark.parametrize("text", ["docs/home/x", "https://example.org/home/x", "a / b", "and/or", "1.10.0.7.1x"])
def test_the_law_lets_other_texts_pass(text: str) -> None:
    assert findings(text) == []
