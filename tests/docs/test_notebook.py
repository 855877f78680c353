"""The notebook runs from top to bottom, and holds nothing but what was written."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import dead_links
from tests.paths import ROOT

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def cells() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return found


def run(source: str, space: dict[str, Any]) -> Any:
    """Runs a cell as a notebook does: what its last line gives is shown."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), space) if isinstance(last, ast.Expr) else None


def test_its_cells_run_in_order_and_show_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"__name__": "__main__"}
    shown = [run("".join(cell["source"]), space) for cell in cells() if cell["cell_type"] == "code"]
    pages = [value._repr_html_() for value in shown if hasattr(value, "_repr_html_")]
    assert len(shown) > 5
    assert len(pages) > 4
    assert any("sandbox" in page for page in pages)
    assert not any("<script" in page for page in pages)
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_was_run_is_kept() -> None:
    written = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (written["nbformat"], written["nbformat_minor"]) == (4, 5)
    for cell in cells():
        assert cell["id"]
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert json.dumps(written, indent=1, ensure_ascii=False) + "\n" == NOTEBOOK.read_text(encoding="utf-8")


def test_its_links_lead_somewhere() -> None:
    texts = ["".join(cell["source"]) for cell in cells() if cell["cell_type"] == "markdown"]
    assert [link for text in texts for link in dead_links(NOTEBOOK, text)] == []
