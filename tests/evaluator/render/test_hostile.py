"""What a facts file or a rule file says shows as text, whatever it says; an empty report still reads."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from evaluator.render.page import render
from evaluator.schema.report import Report
from tests.evaluator.report.test_golden import report

BAD = "<script>alert(1)</script> | [x](javascript:alert(2)) `code` # *b* _i_ &lt; <img src=x onerror=y> {{ 7*7 }}\n# h\n| a | b |"
TEXTS = {
    "title", "source", "note", "because", "text", "written", "reason", "figure", "threshold", "asks", "view", "question",
    "detail", "was", "now", "value", "outcomes", "outcome", "period", "warnings", "ignored", "turned", "expression",
}  # fmt: skip


def damage(node: Any, key: str = "") -> Any:
    if isinstance(node, dict):
        return {k: damage(v, k) for k, v in node.items()}
    if isinstance(node, list):
        return [damage(v, key) for v in node]
    return BAD if isinstance(node, str) and key in TEXTS else node


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report("alibaba", "2026-05-14").model_dump_json())
    return found


@pytest.fixture(scope="module")
def hostile(plain: dict[str, Any]) -> Report:
    data = damage(plain)
    for number, url in (
        (0, "javascript:alert(1)"),
        (1, 'https://example.org/a b)(<x>"|`[y]*_?q=1&r=2'),
        (2, "data:text/html,x"),
    ):
        data["facts"][number]["url"] = url
    return Report.model_validate(data)


def test_html_shows_it_as_text(hostile: Report) -> None:
    page = render(hostile, "html")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r'(?:href|src)="(?:javascript|data):', page)
    assert "49" not in re.findall(r"\{\{.*?\}\}|49 ", page)
    assert "{{ 7*7 }}" in page


def test_markdown_shows_it_as_text(hostile: Report) -> None:
    text = render(hostile, "md")
    assert "<script" not in text
    assert "<img" not in text
    links = re.findall(r"(?<!\\)\]\(([^)]*)\)", text)
    assert all(link.startswith(("http://", "https://", "#")) for link in links), links


def test_markdown_tables_keep_their_columns(hostile: Report) -> None:
    columns: int | None = None
    for line in render(hostile, "md").splitlines():
        if not line.startswith("|"):
            columns = None
            continue
        found = len(re.findall(r"(?<!\\)\|", line))
        assert columns in (None, found), line[:200]
        columns = found


def test_the_page_asks_for_nothing(plain: dict[str, Any]) -> None:
    page = render(Report.model_validate(plain), "html")
    assert "<script" not in page
    assert not re.search(r"<(?:link|iframe|img|object|embed)\b", page)
    assert not re.search(r'\bsrc="', page)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    assert page.count("<title>") >= 1
    assert '<html lang="en"' in page


EMPTY: dict[str, Any] = {
    "verdicts": [], "score": None, "critical": [], "critical_unknown": [], "kills": [], "pillars": [], "conditions": [],
    "unknowns": [], "scenarios": [], "unassigned": None, "evidence": {"shares": {}, "weight": 0}, "facts": [], "restated": [],
    "disputed": [], "formulas_replaced": [], "settings": [], "changes": [], "params": [], "catalysts": [], "series": [],
    "forecasts": [], "graph": {"nodes": [], "edges": []}, "warnings": [], "ignored": [], "company": None, "reads": [],
    "asks": None, "view": None, "modules": [],
}  # fmt: skip


@pytest.mark.parametrize("form", ["md", "html"])
def test_nothing_at_all_still_reads(form: str, plain: dict[str, Any]) -> None:
    text = render(Report.model_validate({**plain, **EMPTY}), form)  # type: ignore[arg-type]
    assert "None" not in re.sub(r"[a-z]*-?None|display: ?none", "", text)
    assert "not investment advice" in text
