"""A thesis to begin with: the worked example of its kind, with the company, the days and the name put in.

In: a kind, a ticker, a file, a day. Out: the text of a thesis that checks and runs, and of an empty facts file for it; or what
stands in the way. Must not know how they are written or printed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dsl.check.checker import check_file
from dsl.link.library import SUFFIX, Library
from dsl.program.program import Program
from dsl.syntax import nodes as s
from dsl.syntax.parse import DECLARATION_WORDS, parse
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import nearest
from dsl.text.source import SourceFile, Span
from evaluator.checkup.template import needed, template_text
from evaluator.codes.messages import make
from evaluator.session.places import rules_dir

KINDS: Mapping[str, str] = {
    "bank": "bank",
    "biotech": "biotech",
    "miner": "mine",
    "saas": "software",
    "company": "maker",
}
"""Each kind of company with the worked example that a thesis of it begins from."""
_ALIKE = {"software": "saas", "mine": "miner", "mining": "miner", "pharma": "biotech", "drug": "biotech", "general": "company",
          "industrial": "company", "lender": "bank"}  # fmt: skip
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,11}")
_CURRENCY, _ENDS = "USD", "12-31"


@dataclass(frozen=True)
class Begun:
    """The two texts, and the program that the first of them is."""

    rules: str
    facts: str
    program: Program


def begin(kind: str, ticker: str, file: Path, day: dt.date, library: Library) -> Begun | list[Diagnostic]:
    """A thesis of a kind on a company, as of a day; or why there is none. Nothing is written."""
    wrong = _wrong(kind, ticker)
    if wrong is not None:
        return [wrong]
    path = rules_dir() / "examples" / f"{KINDS[kind]}{SUFFIX}"
    text = _rewritten(SourceFile.read(path), kind, ticker, _name(file), day)
    checked = check_file(SourceFile(str(file), text), library)
    if checked.program is None:
        return list(checked.errors)
    return Begun(text, _facts(checked.program, ticker), checked.program)


def _wrong(kind: str, ticker: str) -> Diagnostic | None:
    if kind not in KINDS:
        near = _ALIKE.get(kind.lower()) or nearest(kind.lower(), KINDS)
        meant = f"did you mean `{near}`? " if near else ""
        mend = f"{meant}there are {', '.join(KINDS)}; `company` fits any"
        return make("C002", None, what=f"there is no kind of company `{kind}`", mend=mend)
    if not _TICKER.fullmatch(ticker):
        mend = "write it as the exchange does, in capitals: BABA, BRK.B, 7203.T"
        return make("C002", None, what=f"`{ticker}` is no ticker", mend=mend)
    return None


def _name(file: Path) -> str:
    """The name of the thesis: that of its file, as a name may be."""
    name = re.sub(r"[^a-z0-9]+", "_", file.name.removesuffix(SUFFIX).lower()).strip("_") or "thesis_of_mine"
    return f"my_{name}" if name[0].isdigit() or name in DECLARATION_WORDS else name


def _rewritten(example: SourceFile, kind: str, ticker: str, name: str, day: dt.date) -> str:
    """The example with another head, and its days moved: what is expected lies ahead of the day on which it is begun."""
    file = parse(example).file
    header = file.header
    assert header is not None, example.path
    edits: list[tuple[Span, str]] = [(header.name.span, name)]
    if header.since is not None:
        edits.append((header.since.span, day.isoformat()))
    for declared in file.declarations:
        if isinstance(declared, s.Catalyst) and declared.day is not None:
            edits.append((declared.day.span, _ahead(day, 6).isoformat()))
        elif isinstance(declared, s.Kill) and declared.by is not None:
            edits.append((declared.by.span, _ahead(day, 30).isoformat()))
    text, start = example.text, header.span.start
    for span, word in sorted(edits, key=lambda edit: -edit[0].start):
        text = text[: span.start] + word + text[span.end :]
    body = text[start:].replace(f"for {header.ticker}", f"for {ticker}", 1)
    body = re.sub(r'view "[^"\n]*"', 'view "Say here how the market sees it."', body, count=1)
    return _HEAD.format(kind=kind, ticker=ticker) + body


_HEAD = """# A thesis on {ticker}, begun from the worked example of its kind (`thesis new {kind}`).
#
# Every figure with `own` is a judgement of the example's author: put yours in its place. So are the days of what is expected,
# the probabilities of the scenarios, and what would end the thesis. `thesis check` says what does not fit together, `thesis test`
# runs the examples at the end.

"""


def _ahead(day: dt.date, months: int) -> dt.date:
    """The last day of a month so many months ahead."""
    count = day.year * 12 + day.month - 1 + months + 1
    return dt.date(count // 12, count % 12 + 1, 1) - dt.timedelta(days=1)


def _facts(program: Program, ticker: str) -> str:
    """An empty facts file that can be read at once: its head holds what most companies have, to be looked at first."""
    text = template_text(program, needed(program), ticker)
    for key, value in (("name", ticker), ("currency", _CURRENCY), ("fiscal_year_ends", f'"{_ENDS}"')):
        text = re.sub(rf"^{key}:$", f"{key}: {value}  # to be looked at: nobody has said so yet", text, flags=re.M)
    return text
