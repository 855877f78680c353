"""A folder with small rules and facts, in which every test of the command line runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import FACTS, RULES


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis and facts/ACME.yaml, and nothing else."""
    (tmp_path / "facts").mkdir()
    (tmp_path / "small.thesis").write_text(RULES, encoding="utf-8")
    (tmp_path / "facts" / "ACME.yaml").write_text(FACTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
