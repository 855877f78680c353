"""Files as analysts keep them, word for word: each case is files with what reading them together gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.paths import ROOT
from tests.support.books import lay, parts, told

CASES = sorted(path for name in ("readers", "layouts") for path in (ROOT / "tests" / "cases" / name).glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_case(case: Path, golden: Golden, tmp_path: Path) -> None:
    text = case.read_text("utf-8")
    files = parts(text)
    files.pop("expected", None)
    lay(tmp_path, files)
    given, _, _ = text.partition("=== expected\n")
    golden(case, f"{given}=== expected\n{told(tmp_path)}")
