"""What cannot be read, in the analyst's words: what stands there, what could stand there, the mend.

In: a source and what the tables could not take. Out: a `Diagnostic`. Must not know how reading goes on after it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from dsl.syntax.habits import AS_IF, NO_ELSE, habit, if_called
from dsl.syntax.lalr import END, Unexpected
from dsl.syntax.lookalikes import plain
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Edit, Fix, Mend, insert, leave_out, meant, put
from dsl.text.messages import make
from dsl.text.source import SourceFile, Span

DECLARATION_WORDS = (
    "rules", "thesis", "input", "param", "metric", "forecast", "valuation", "pillar", "bull", "bear", "verdict",
    "scenario", "uncertain", "example", "catalyst", "kill", "override", "drop",
)  # fmt: skip
"""The words that begin a declaration; reserved."""

BEGINS = re.compile(r'[A-Za-z_]\w*[ \t]+["A-Za-z_]')
"""A word with what may follow the first word of a declaration."""
_FOLLOWING = re.compile(r"\S{1,80}")

_VALUES = frozenset({"NUMBER", "PERCENT", "NAME", "LPAR"})
_WORDS = {
    "NUMBER": "a figure", "NAME": "a name", "STRING": "a text in quotes",
    "TICKER": "a ticker such as BABA", "CURRENCY": "a currency such as USD",
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
    "?": AS_IF, "%": "a percent is a figure with % right behind it: 25%", "$": "write the currency behind the figure: 5bn USD",
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
    accepted = error.accepts()
    mend = habit(source, begin, end, token.start if token and token.kind != END else error.at, frozenset(accepted))
    if token is None:
        return _unexpected_character(source, error.at, mend, accepted)
    behind = source.text[token.end : token.end + 1]
    if token.kind != END and behind.isalpha() and not behind.isascii():  # a word with letters of another alphabet
        return _unexpected_character(source, token.end, None, accepted)
    expected = _expected(accepted)
    called = _called_if(source, begin, end if token.kind == END else token.start, accepted)
    if called is not None:
        return called
    if not mend and "ELSE" in accepted and not accepted & {"BECAUSE", "THEN"}:
        mend = Mend(NO_ELSE)
    if token.kind == END:
        last = begin + len(source.text[begin:end].rstrip())
        following = _FOLLOWING.search(source.text, last)
        if following is not None:
            at, at_end = following.span()
            found = f"`{source.text[at:at_end]}`"
            as_name = "NUMBER" not in accepted or "\n" not in source.text[last:at]
            if "NAME" in accepted and as_name and source.text[at:at_end] in DECLARATION_WORDS:
                return make("T012", source.span(at, at_end), name=source.text[at:at_end])
            message = make("T003", source.span(at, at_end), expected=expected, found=found, mend=mend or "")
            return replace(message, message=f"{where} is not finished: {message.message}")
        open_bracket = "RPAR" in accepted and source.text.count("(", begin, last) > source.text.count(")", begin, last)
        fixes = [insert(source.span(last, last), ")", "close the bracket")] if open_bracket else []
        place = source.span(max(last - 1, 0), last)
        return make("T005", place, fixes=fixes, where=where, expected=expected, mend=mend or "")
    if token.kind in ("TICKER", "CURRENCY") and token.text[:1].isdigit():
        return _unexpected_character(source, token.start, mend, accepted)
    span = source.span(token.start, token.end)
    shown = span.text if span.length <= 40 else span.text[:39] + "…"
    return make("T003", span, expected=expected, found=f"`{shown}`", mend=mend or _mend(source, span, accepted, words))


def _called_if(source: SourceFile, begin: int, end: int, accepted: set[str]) -> Diagnostic | None:
    """`if(a, b, c)`, which reads as far as its bracket, since a condition may stand in one."""
    if "THEN" not in accepted:
        return None
    last = begin + len(source.text[begin:end].rstrip())
    mend = if_called(source, begin, last)
    if mend is None:
        return None
    span = mend.fixes[0].edits[0].span
    return make("T003", span, expected="`if … then … else …`", found=f"`{' '.join(span.text.split())}`", mend=mend)


def _unexpected_character(source: SourceFile, at: int, habit: Mend | None, accepted: set[str]) -> Diagnostic:
    """What no word of the language begins with; `habit` is the mend where it is one of another language."""
    character = source.text[at]
    span = source.span(at, at + 1)
    if character == '"':
        line_end = source.text.find("\n", at)
        span = source.span(at, line_end if line_end >= 0 else len(source.text))
        return make("T006", span, fixes=_closed(source, span))
    number = re.compile(r"[0-9][\w.,%]*").match(source.text, at)
    if number:
        span = source.span(at, min(number.end(), at + 40))
        like = unicodedata.normalize("NFKC", span.text)
        return make(
            "T004",
            span,
            fixes=[put(span, like, sure=True)] if like.isascii() and like != span.text else [],
            found=f"the figure `{span.text}`",
            mend=habit or "figures are written 25, 25%, 2pp, 50bps, 22x, 380bn CNY",
        )
    shown = f"the character `{character}`" if character.isprintable() else f"the character U+{ord(character):04X}"
    if habit is not None and (character not in "&|" or "NUMBER" in accepted):
        return make("T004", span, found=shown, mend=habit)
    fixes = _instead(source, at, accepted)
    mend = _CHARACTERS.get(character) or (fixes[0].title if fixes else "take it away")
    return make("T004", span, fixes=fixes, found=shown, mend=mend)


_BEFORE_TYPE = re.compile(r"\s*(?::\s*(?:money|percent|number|multiple|count|flag|date|text|choice|set)\b|=).*")
_ONE_TEXT = re.compile(r"\b(?:because|asks|view|source)\s*$")


def _closed(source: SourceFile, span: Span) -> list[Fix]:
    """A quote where the text seems to end: at the one curly quote on the line, before a type or a formula, or at the end
    of a line that holds the text alone."""
    curly = [n for n, char in enumerate(span.text) if char in "“”„‟«»″＂"]
    if len(curly) == 1:
        return [put(source.span(span.start + curly[0], span.start + curly[0] + 1), '"', sure=True)]
    rest = _BEFORE_TYPE.search(span.text)
    if _ONE_TEXT.search(source.text, max(0, span.start - 20), span.start):
        at = span.start + len(span.text.rstrip())
    elif rest is not None:
        at = span.start + rest.start()
    else:
        return []
    return [insert(source.span(at, at), '"', "close the text with a quote")]


_BARE = re.compile(r"[A-Za-z_]\w*|-?\d[\w.]*[ ]?%?")
_QUOTE_SIGNS = "“”„‟‘’‚‛«»″＂'"
_QUOTED = re.compile('[“”„‟«»″＂"][^“”„‟«»″＂"\n]*[“”„‟«»″＂"]|[‘’‚‛][^‘’‚‛\n"]*[‘’‚‛]|\'[^\'\n"]*\'')


def _instead(source: SourceFile, at: int, accepted: set[str]) -> list[Fix]:
    """What the language writes for a character, where it can mean but one thing."""
    text, character = source.text, source.text[at]
    if character in _QUOTE_SIGNS:
        quoted = _QUOTED.match(text, at)
        if quoted is None:
            return []
        place, inner = source.span(*quoted.span()), quoted[0][1:-1]
        as_text = put(place, f'"{inner}"', sure=True)
        bare = _BARE.fullmatch(inner) if "NUMBER" in accepted else None  # in a formula a name or a figure may be meant
        return [as_text, put(place, inner)] if bare else [as_text]
    if character == "[":
        close = text.find("]", at, (text.find("\n", at) + 1 or len(text) + 1) - 1)
        if close < 0 or re.match(r"\w", text[at - 1 : at]):  # `sales[-1]` is no set
            return []
        both = tuple(Edit(source.span(n, n + 1), sign) for n, sign in ((at, "("), (close, ")")))
        return [Fix("write `(` and `)`", both, sure=True)]
    word = _WORDS_FOR.match(text, at)
    if word and "NUMBER" not in accepted:
        before, behind = (
            ("" if at == 0 or text[at - 1].isspace() else " "),
            ("" if text[word.end() :][:1].isspace() else " "),
        )
        meant = "and" if character == "&" else "or"
        return [Fix(f"write `{meant}`", (Edit(source.span(*word.span()), f"{before}{meant}{behind}"),), sure=True)]
    if character == ";":
        line = text[text.rfind("\n", 0, at) + 1 : at]
        within, rest = line.count("(") > line.count(")"), text[at + 1 :].partition("\n")[0].strip()
        if rest and not within and not rest.startswith("#"):  # it parts two conditions, or two declarations
            return []
        return [
            put(source.span(at, at + 1), ",", sure=True) if within else leave_out(source.span(at, at + 1), sure=True)
        ]
    return plain(source, at) if ord(character) > 127 else []


_WORDS_FOR = re.compile(r"&&?|\|\|?")
"""How other languages write `and` and `or`."""


def _expected(accepted: set[str]) -> str:
    names = set(accepted)
    words: list[str] = []
    if names >= _VALUES:
        words.append("a figure, a name or `(`")
        names -= {
            "NUMBER", "SCALED", "PERCENT", "POINTS", "BASIS_POINTS", "MULTIPLE", "MONEY", "DATE", "DURATION", "STRING",
            "TRUE", "FALSE", "UNKNOWN", "NAME", "LPAR", "SIGN", "NOT", "IF", "OVER_SEGMENTS",
        }  # fmt: skip
    if names >= {"SIGN", "TIMES"}:
        words.append("a sign such as `>`" if "COMPARE" in names else "a sign such as `+`")
        names -= {
            "AND",
            "OR",
            "BETWEEN",
            "CIRCUMFLEX",
            "COMPARE",
            "FOR",
            "HAS",
            "IN",
            "CONTAINS",
            "INCLUDES",
            "IS",
            "LPAR",
            "NOT",
            "SIGN",
            "TIMES",
        }
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


_NEAR = 400
_CLAUSES = re.compile(r'"[^"\n]*"|\b(when|then|because|otherwise|bull|bear|kill|verdict|expects|on)\b')


def _in_condition(before: str) -> bool:
    """Whether the clause that a text ends in is a condition already: another `when` has no place in it."""
    said = [match[1] for match in _CLAUSES.finditer(before) if match[1]]
    return bool(said) and said[-1] in ("when", "expects")


def _mend(source: SourceFile, span: Span, accepted: set[str], words: frozenset[str]) -> Mend:
    before = source.text[max(0, span.start - 12) : span.start]
    if (
        span.text == ","
        and re.search(r"\d$", before)
        and re.match(r",\d{3}(?!\d)", source.text[span.start : span.start + 5])
    ):
        sentence = "write figures without thousands separators: 380000, 380k or 380m"
        return Mend(sentence, _without_separators(source, span.start))
    if span.text in DECLARATION_WORDS and "NAME" in accepted:
        return Mend(f"`{span.text}` is a word of the language; choose another name")
    if accepted >= {"SIGN", "TIMES"} and re.match(r"[\d(]", span.text):
        return Mend("put a sign such as `>` or `+` before it")
    if "COMMA" in accepted and re.match(r"\w+[ \t]*=", source.text[span.start : span.start + 200]):
        return Mend("put a comma before it", (_comma_before(source, span.start),))
    if accepted == {"STRING"} and re.fullmatch(r"[A-Za-z]\w*", span.text):
        return Mend("texts stand in quotes", (put(span, f'"{span.text}"', sure=True),))
    if (
        "WHEN" in accepted
        and span.text not in words
        and _CONDITION.match(source.text, span.start)
        and not _in_condition(source.text[max(0, span.start - _NEAR) : span.start])
    ):
        return Mend("a condition begins with `when`", (insert(span, "when ", "write `when` before it"),))
    if accepted == {"NAME"} and span.text.startswith('"') and before.rstrip().endswith("because"):
        return Mend("in an example name what it rests on: `because cloud_growth`")
    if accepted == {"NAME"} and span.text.startswith('"'):
        return Mend("a name stands before the title: `cloud_growth`")
    if "BASE" in accepted:
        return meant(span, span.text, _TYPES, closed=True)
    if span.text in words:
        return Mend("")
    candidates = [a.lower() for a in accepted if a.isalpha() and a not in _WORDS]
    if not BEGINS.match(source.text, span.start):
        candidates = [w for w in candidates if w not in DECLARATION_WORDS]
    candidates += ["bullish", "bearish", "neutral"] if "TONE" in accepted else []
    return (
        meant(span, span.text, candidates, closed=True, least=3) if re.fullmatch(r"[A-Za-z_]+", span.text) else Mend("")
    )


_CONDITION = re.compile(r"[A-Za-z_]\w*(?:\([^()\n]*\))?[ ]*(?:[<>=]|!=|\b(?:is|between|includes)\b)")
_SEPARATED = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])")


def _without_separators(source: SourceFile, comma: int) -> tuple[Fix, ...]:
    """`380,000` as 380000: not sure, since elsewhere a comma stands before decimals."""
    start = comma
    while start > 0 and (source.text[start - 1].isdigit() or source.text[start - 1] == ","):
        start -= 1
    found = _SEPARATED.match(source.text, start)
    return (put(source.span(*found.span()), found[0].replace(",", "")),) if found else ()


def _comma_before(source: SourceFile, at: int) -> Fix:
    """A comma behind the last word; behind a comment it stands before the next."""
    last = len(source.text[:at].rstrip())
    line = source.text[source.text.rfind("\n", 0, last) + 1 : last]
    if "#" in line:
        return insert(source.span(at, at), ", ", "put a comma before it", sure=True)
    return insert(source.span(last, last), ",", "put a comma before it", sure=True)
