"""A folder with small rules, rules with a name of every kind, and the facts of both, in which every test of the face runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import FACTS, RULES
from tests.support.kinds import KINDS, KINDS_FACTS


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis, kinds.thesis, facts/ACME.yaml, facts/KIND.yaml."""
    (tmp_path / "facts").mkdir()
    for name, text in {
        "small.thesis": RULES, "kinds.thesis": KINDS, "facts/ACME.yaml": FACTS, "facts/KIND.yaml": KINDS_FACTS,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
