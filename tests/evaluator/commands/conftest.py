"""A folder with small rules and facts, in which every test of the command line runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import lay_small


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis and facts/ACME.yaml, and nothing else."""
    monkeypatch.chdir(lay_small(tmp_path))
    return tmp_path
