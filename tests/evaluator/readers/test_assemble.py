"""One company from several files: of a fact that two of them give, the copy that says more is kept, whichever comes first."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from evaluator.readers.load import load
from tests.support.books import lay

HEAD = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"
FACT = '{period: FY2025, value: 5bn, published: 2026-02-12, kind: reported, source: "Results"'
FILES = {
    "a.yaml": f"{HEAD}facts:\n  revenue:\n    - {FACT}}}\n",
    "b.yaml": f'facts:\n  revenue:\n    - {FACT}, note: "Restated segments"}}\n',
    "c.yaml": f"facts:\n  revenue:\n    - {FACT}}}\n",
}


@pytest.mark.parametrize("order", list(permutations(FILES)), ids=" ".join)
def test_the_copy_that_says_more_is_kept(order: tuple[str, ...], tmp_path: Path) -> None:
    lay(tmp_path, FILES)
    company, problems = load([tmp_path / name for name in order], "EXMPL")
    assert problems == []
    assert company is not None
    assert [(f.value, f.note) for f in company.facts] == [("5bn", "Restated segments")]
