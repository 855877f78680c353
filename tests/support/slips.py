"""Slips of an analyst's fingers, made in rules that are right: what was meant is known, so that a mend can be judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dsl.text.record import record

Change = Callable[[re.Match[str]], str | None]
_OUTSIDE = re.compile(r'"[^"\n]*"|#[^\n]*')


@record
class Slip:
    """A text with one slip in it, and which slip."""

    kind: str
    text: str


def _swapped(found: re.Match[str]) -> str | None:
    word = found[0]
    at = len(word) // 2
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if word[at] != word[at - 1] else None


def _shorter(found: re.Match[str]) -> str:
    return found[0][:-2] + found[0][-1]


def _longer(found: re.Match[str]) -> str:
    return f"{found[0][:2]}{found[0][1:]}"


WORDS = (
    "rules|thesis|input|param|metric|forecast|pillar|bull|bear|verdict|scenario|uncertain|example|catalyst|kill|override|"
    "because|weight|critical|applies|when|then|otherwise|between|optional|stale|source|probability|assume|given|expect|"
    "within|bullish|bearish|neutral|percent|money|multiple|number|count|flag|quarter|supported|undermined|contested"
)
FUNCTIONS = "annualised|average|drawdown|latest|change|median|streak|volatility|trend|round|first_known|days_between"

OUTSIDE: dict[str, tuple[str, Change]] = {
    "percent sign left out": (r"\b\d+(?:\.\d+)?%", lambda m: m[0][:-1]),
    "points sign left out": (r"\b\d+(?:\.\d+)?pp\b", lambda m: m[0][:-2]),
    "x left out": (r"\b\d+(?:\.\d+)?x\b", lambda m: m[0][:-1]),
    "currency left out": (r"\b\d+(?:\.\d+)?(?:k|m|bn|tn)? [A-Z]{3}\b", lambda m: m[0][:-4]),
    "letters swapped": (rf"\b(?:{WORDS})\b", _swapped),
    "a letter left out": (rf"\b(?:{WORDS})\b", _shorter),
    "a letter twice": (rf"\b(?:{WORDS})\b", _longer),
    "function misspelt": (rf"\b(?:{FUNCTIONS})(?=\()", _swapped),
    "function with a letter too few": (rf"\b(?:{FUNCTIONS})(?=\()", _shorter),
    "mathematical sign": (r">=|<=|!=|(?<= )[*/-](?= )",
                          lambda m: {">=": "≥", "<=": "≤", "!=": "≠", "*": "×", "/": "÷", "-": "–"}[m[0]]),
    "square brackets": (r"\((?=[a-z_]+(?:, [a-z_]+)+\))[^()]*\)", lambda m: f"[{m[0][1:-1]}]"),
    "and as a sign": (r"\band\b", lambda m: "&"),
    "or as a sign": (r"\bor\b", lambda m: "||"),
    "semicolon at the end": (r"(?<=[a-z%])\n(?=\n)", lambda m: ";\n"),
    "comma left out": (r",(?=\s+[a-z_]+ =)", lambda m: ""),
    "hidden character": (r"(?<= )\b[a-z]", lambda m: f"\u202e{m[0]}"),
    "hidden character in a word": (r"\b[a-z]+ [a-z]+\b", lambda m: m[0].replace(" ", "\u0085")),
    "a clause twice": (r"\b(?:weight \d+|critical|optional|balance)\b", lambda m: f"{m[0]} {m[0]}"),
    "a declaration twice": (r"(?m)^(?:pillar|input|metric|param) [^\n]*\n(?=\S|\n)", lambda m: m[0] * 2),
    "an option twice": (r"(?<=\()([a-z_]+)(?=, [a-z_]+)", lambda m: f"{m[0]}, {m[0]}"),
    "bounds upside down": (r"between (\S+) and (\S+)", lambda m: f"between {m[2]} and {m[1]}"),
    "a binding twice": (r"(?<=given )([a-z_]+ = [^,\n]+)(?=,|\n)", lambda m: f"{m[0]}, {m[0]}"),
    "asked with =": (r"\bis (?=true|false)", lambda m: "= "),
    "a percent as a probability": (r"(?<=probability )\d+%", lambda m: m[0][:-1]),
    "a tolerance with a minus": (r"(?<=within )\d", lambda m: f"-{m[0]}"),
    "a name misspelt": (r"\b[a-z]{4,}_[a-z_]{3,}\b", _swapped),
    "a name in capitals": (r"\b[a-z]{4,}_[a-z_]{3,}\b", lambda m: m[0].capitalize()),
    "thousands separated": (r"\b(\d{2,3})000\b", lambda m: f"{m[1]},000"),
}  # fmt: skip
"""Slips outside of texts and comments: what is found, and what is written instead."""
INSIDE: dict[str, tuple[str, Change]] = {
    "curly quotes": (r'"[^"\n]*"', lambda m: f"“{m[0][1:-1]}”"),
    "single quotes": (r"\"[^\"'\n]*\"", lambda m: f"'{m[0][1:-1]}'"),
    "quote not closed": (r'"[^"\n]*"', lambda m: m[0][:-1]),
    "outcome in small letters": (r'(?<=is )"[^"\n]*"', lambda m: m[0].lower()),
    "outcome misspelt": (r'(?<=is )"[^"\n ]{5,}"', lambda m: m[0][:-3] + m[0][-2:]),
}
"""Slips of texts."""


def slips(text: str) -> Iterator[Slip]:
    """Every slip in a text, one at a time."""
    guarded = [m.span() for m in _OUTSIDE.finditer(text)]
    for kind, (pattern, change) in (*OUTSIDE.items(), *INSIDE.items()):
        for found in re.finditer(pattern, text):
            start, end = found.span()
            within = any(a <= start < b for a, b in guarded)
            comment = any(a <= start < b and text[a] == "#" for a, b in guarded)
            if comment or (within and kind in OUTSIDE):
                continue
            put = change(found)
            if put is not None and put != found[0]:
                yield Slip(kind, text[:start] + put + text[end:])
