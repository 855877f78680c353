"""The versions that `.ci/lowest.txt` pins are the lowest that pyproject.toml names. That they work is tried by hand, or in
CI: `python -m tests.packaging.versions`."""

from __future__ import annotations

import re

from tests.packaging.versions import EXTRAS, LOWEST, TESTING, constraints, lowest
from tests.paths import ROOT


def test_the_constraints_are_what_the_project_says() -> None:
    assert LOWEST.read_text(encoding="utf-8") == constraints(), (
        "python -m tests.packaging.versions --constraints > .ci/lowest.txt"
    )


def test_every_requirement_has_a_lowest_version() -> None:
    """But for packages of types alone, of which any will do."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in (
        "click",
        "httpx",
        "jinja2",
        "lark",
        "networkx",
        "pydantic",
        "python-calamine",
        "PyYAML",
        "xlsxwriter",
        *TESTING,
    ):
        assert name in lowest()
    for extra in EXTRAS:
        listed = re.search(rf"^{extra} = \[(.*)\]$", text, re.M)
        assert listed is not None
        for requirement in re.findall(r'"([A-Za-z0-9-]+)>=', listed[1]):
            assert requirement in lowest()


def test_no_host_is_named() -> None:
    assert "://" not in LOWEST.read_text(encoding="utf-8")
