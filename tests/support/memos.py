"""The worked example as documents are made of it: evaluated once in a process; and damage that no format may let through."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from functools import cache
from typing import Any

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.ledger.build import ledger
from evaluator.ledger.ledger import Ledger
from evaluator.schema.report import Report
from evaluator.session.fact_files import company_files
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from tests.paths import ROOT

RULES = Library((ROOT / "rules", ROOT / "rules" / "library"))


@cache
def ran(rules: str = "alibaba", ticker: str = "BABA", day: str = "2026-05-14", folder: str = "rules") -> Run:
    """A run of shipped rules on shipped facts."""
    checked = check_file(SourceFile.read(ROOT / folder / f"{rules}.thesis", f"{rules}.thesis"), RULES)
    company, problems = load_facts(*company_files(ROOT / folder / "facts", ticker))
    assert company is not None, problems
    found = run(checked, company, dt.date.fromisoformat(day), places=RULES)
    assert isinstance(found, Run)
    return found


@cache
def reported(rules: str = "alibaba", ticker: str = "BABA", day: str = "2026-05-14", folder: str = "rules") -> Report:
    """Its report."""
    return ran(rules, ticker, day, folder).report()


@cache
def kept(rules: str = "alibaba", ticker: str = "BABA", day: str = "2026-05-14", folder: str = "rules") -> Ledger:
    """Its ledger."""
    return ledger(ran(rules, ticker, day, folder).evaluation, reported(rules, ticker, day, folder))


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=y> &lt; | [x](javascript:alert(2)) ![y](data:text/html,x)",
    "{{ 7*7 }} {% for x in y %} ${{ secrets }}",
    "=CMD('calc')!A0 +1 -1 @SUM(A1) =HYPERLINK(\"http://evil\")",
    '#let x = 1 #panic("parsed") $ sum_(i=1) $ @nowhere <label> `raw` *b* _i_ // no /* no */ \\u{41}',
    '```mermaid\ngraph TD; A-->B; click A "javascript:alert(3)"\n``` # h\n| a | b |\n~~~\n> q',
    "safe\u202egnp.exe \u2066x\u2069 \u200bzero\u200d \x1b[31mred\x07 \ufffe end",
    "x" * 10_000,
    "<!channel> <@U1> :skull: @here &amp; *bold* ~gone~",
)
"""Markup, templates, formulas, Typst, Mermaid and Markdown, marks of direction, a word without an end, Slack."""
TEXTS = {
    "title", "source", "note", "because", "text", "written", "reason", "figure", "threshold", "asks", "view", "question",
    "detail", "was", "now", "value", "outcomes", "outcome", "period", "warnings", "ignored", "turned", "expression", "what_if",
}  # fmt: skip


def damaged(report: Report) -> Report:
    """A report in which every text from outside is hostile, each kind in its turn."""
    turn = iter(range(10**9))

    def harm(node: Any, key: str = "") -> Any:
        if isinstance(node, dict):
            return {k: harm(v, k) for k, v in node.items()}
        if isinstance(node, list):
            return [harm(v, key) for v in node]
        if isinstance(node, str) and key in TEXTS and node:
            at = next(turn)
            return HOSTILE[at % len(HOSTILE)] if at < 96 else HOSTILE[2]
        return node

    data = harm(report.model_dump(mode="json"))
    data["facts"] = data["facts"][:12]
    for fact, text in zip(data["facts"], HOSTILE, strict=False):  # which every document lists
        fact["source"] = text
    for fact, url in zip(
        data["facts"], ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"), strict=False
    ):
        fact["url"] = url
    return Report.model_validate(data)


_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def inside(pdf: bytes) -> bytes:
    """A PDF with its streams unpacked, so that it can be looked through."""
    parts = [_STREAM.sub(b"", pdf)]  # packed bytes spell anything
    for found in _STREAM.finditer(pdf):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            if found[1].startswith(b"<?xpacket"):  # what it says of itself is not packed
                parts.append(found[1])
    return b"\n".join(parts)
