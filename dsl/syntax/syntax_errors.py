"""What cannot be read, in the analyst's words: what stands there, what could stand there, the mend.

In: a source and what the tables could not take. Out: a `Diagnostic`. Must not know how reading goes on after it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dsl.syntax.lalr import END, Unexpected
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean, make
from dsl.text.source import SourceFile, Span

DECLARATION_WORDS = (
    "rules", "thesis", "input", "param", "metric", "forecast", "pillar", "bull", "bear", "verdict",
    "scenario", "uncertain", "example", "catalyst", "kill", "override", "drop",
)  # fmt: skip
"""The words that begin a declaration; reserved."""

BEGINS = re.compile(r'[A-Za-z_]\w*[ \t]+["A-Za-z_]')
"""A word with what may follow the first word of a declaration."""
_FOLLOWING = re.compile(r"\S{1,80}")

_VALUES = frozenset({"NUMBER", "PERCENT", "NAME", "LPAR"})
_WORDS = {
    "NAME": "a name", "STRING": "a text in quotes", "TICKER": "a ticker such as BABA", "CURRENCY": "a currency such as USD",
    "DATE": "a day as YYYY-MM-DD", "DURATION": "a duration such as `120 days`", "EQUAL": "`=`", "COMPARE": "a comparison",
    "SIGN": "`+` or `-`", "TIMES": "`*` or `/`", "TONE": "bullish, neutral or bearish", "LPAR": "`(`", "RPAR": "`)`",
    "COMMA": "`,`", "COLON": "`:`", "CIRCUMFLEX": "`^`", "BASE": "a type", "FREQUENCY": "day, week, month, quarter or year",
    "KIND": "the kind of declaration", "__ANON_0": "`~`", "TILDE": "`~`",
}  # fmt: skip
_TYPES = ("money", "percent", "number", "multiple", "count", "flag", "date", "text", "choice", "set")
_CHARACTERS = {
    "“": 'write straight quotes: "', "”": 'write straight quotes: "', "‘": 'write straight quotes: "',
    "’": "write a straight quote, or leave it out", "'": 'texts stand in double quotes: "', "≥": "write >=",
    "≤": "write <=", "≠": "write !=", "×": "write *", "÷": "write /", "−": "write - (a plain minus)",
    "–": "write - (a plain minus)", "&": "write `and`", "|": "write `or`", "!": "write `not`, or `!=`",
    "%": "a percent is a figure with % right behind it: 25%", "$": "write the currency behind the figure: 5bn USD",
    "€": "write the currency behind the figure: 5bn EUR", "¥": "write the currency behind the figure: 5bn CNY",
    ";": "leave it out: each declaration begins with its own word", "{": "braces stand only inside a `because` text",
    "}": "braces stand only inside a `because` text", "[": "a set is written with round brackets: (cloud, models)",
    "]": "a set is written with round brackets: (cloud, models)",
}  # fmt: skip


def syntax_error(
    source: SourceFile, error: Unexpected, begin: int, end: int, where: str, words: frozenset[str]
) -> Diagnostic:
    """A diagnostic for what could not be taken: at the token or character, with what could stand there.

    In: the source, the offsets between which was read, what was being read, all words of the language.
    """
    token = error.token
    if token is None:
        return _unexpected_character(source, error.at)
    accepted = error.accepts() - {"DOTTED"}  # wherever it may stand, a name may
    expected = _expected(accepted)
    if token.kind == END:
        last = begin + len(source.text[begin:end].rstrip())
        following = _FOLLOWING.search(source.text, last)
        if following is not None:
            at, at_end = following.span()
            found = f"`{source.text[at:at_end]}`"
            as_name = "NUMBER" not in accepted or "\n" not in source.text[last:at]
            if "NAME" in accepted and as_name and source.text[at:at_end] in DECLARATION_WORDS:
                return make("T012", source.span(at, at_end), name=source.text[at:at_end])
            message = make("T003", source.span(at, at_end), expected=expected, found=found, mend="")
            return replace(message, message=f"{where} is not finished: {message.message}")
        return make("T005", source.span(max(last - 1, 0), last), where=where, expected=expected, mend="")
    if token.kind in ("TICKER", "CURRENCY") and token.text[:1].isdigit():
        return _unexpected_character(source, token.start)
    span = source.span(token.start, token.end)
    shown = span.text if span.length <= 40 else span.text[:39] + "…"
    return make("T003", span, expected=expected, found=f"`{shown}`", mend=_mend(source, span, accepted, words))


def _unexpected_character(source: SourceFile, at: int) -> Diagnostic:
    character = source.text[at]
    span = source.span(at, at + 1)
    if character == '"':
        line_end = source.text.find("\n", at)
        return make("T006", source.span(at, line_end if line_end >= 0 else len(source.text)))
    number = re.compile(r"\d[\w.,%]*").match(source.text, at)
    if number:
        span = source.span(at, min(number.end(), at + 40))
        return make(
            "T004",
            span,
            found=f"the figure `{span.text}`",
            mend="figures are written 25, 25%, 2pp, 50bps, 22x, 380bn CNY",
        )
    shown = f"the character `{character}`" if character.isprintable() else f"the character U+{ord(character):04X}"
    return make("T004", span, found=shown, mend=_CHARACTERS.get(character, "take it away"))


def _expected(accepted: set[str]) -> str:
    names = set(accepted)
    words: list[str] = []
    if names >= _VALUES:
        words.append("a figure, a name or `(`")
        names -= {
            "NUMBER", "SCALED", "PERCENT", "POINTS", "BASIS_POINTS", "MULTIPLE", "MONEY", "DATE", "DURATION", "STRING",
            "TRUE", "FALSE", "UNKNOWN", "NAME", "LPAR", "SIGN", "NOT",
        }  # fmt: skip
    if names >= {"SIGN", "TIMES"}:
        words.append("a sign such as `>`" if "COMPARE" in names else "a sign such as `+`")
        names -= {"AND", "OR", "BETWEEN", "CIRCUMFLEX", "COMPARE", "FOR", "INCLUDES", "IS", "LPAR", "SIGN", "TIMES"}
    if {w.upper() for w in ("metric", "pillar", "bull")} <= names:
        names -= {w.upper() for w in DECLARATION_WORDS} | {"$END"}
        words.append("the next declaration")
    if {"BASE", "CHOICE"} <= names:
        names -= {"BASE", "CHOICE", "SET"}
        words.append("a type such as money, percent or multiple")
    words = [_WORDS.get(n, f"`{n.lower()}`") for n in sorted(names) if n != "$END"][:8] + words
    if not words:
        return "something else"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _mend(source: SourceFile, span: Span, accepted: set[str], words: frozenset[str]) -> str:
    before = source.text[max(0, span.start - 12) : span.start]
    if (
        span.text == ","
        and re.search(r"\d$", before)
        and re.match(r",\d{3}(?!\d)", source.text[span.start : span.start + 5])
    ):
        return "write figures without thousands separators: 380000, 380k or 380m"
    if span.text in DECLARATION_WORDS and "NAME" in accepted:
        return f"`{span.text}` is a word of the language; choose another name"
    if accepted >= {"SIGN", "TIMES"} and re.match(r"[\d(]", span.text):
        return "put a sign such as `>` or `+` before it"
    if "COMMA" in accepted and re.match(r"\w+[ \t]*=", source.text[span.start : span.start + 200]):
        return "put a comma before it"
    if accepted == {"NAME"} and span.text.startswith('"') and before.rstrip().endswith("because"):
        return "in an example name what it rests on: `because cloud_growth`"
    if accepted == {"NAME"} and span.text.startswith('"'):
        return "a name stands before the title: `cloud_growth`"
    if "BASE" in accepted:
        return did_you_mean(span.text, _TYPES)
    if span.text in words:
        return ""
    meant = [a.lower() for a in accepted if a.isalpha() and a not in _WORDS]
    if not BEGINS.match(source.text, span.start):
        meant = [w for w in meant if w not in DECLARATION_WORDS]
    meant += ["bullish", "bearish", "neutral"] if "TONE" in accepted else []
    return did_you_mean(span.text, meant) if re.fullmatch(r"[A-Za-z_]+", span.text) else ""
