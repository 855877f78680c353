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
    # as other programs and people write
    "percent in words": (r"\b\d+(?:\.\d+)?%", lambda m: f"{m[0][:-1]} percent"),
    "percent sign before": (r"\b\d+(?:\.\d+)?%", lambda m: f"%{m[0][:-1]}"),
    "full-width percent": (r"\b\d+(?:\.\d+)?%", lambda m: f"{m[0][:-1]}％"),
    "full-width digits": (r"\b\d+(?=%)", lambda m: "".join(chr(ord(c) + 0xFEE0) for c in m[0])),
    "decimal comma": (r"\b\d+\.\d+(?=%|x|bn|m|pp)", lambda m: m[0].replace(".", ",")),
    "zero before the point left out": (r"\b0\.\d+", lambda m: m[0][1:]),
    "power of ten": (r"(?<= )\d{2,4}(?=\n)", lambda m: f"{int(m[0]) / 10:g}e1"),
    "minus as a sign": (r"(?<=[ (])-(?=\d)", lambda m: "−"),
    "minus as a dash": (r"(?<=[ (])-(?=\d)", lambda m: "—"),
    "points in words": (r"\b\d+(?:\.\d+)?pp\b", lambda m: f"{m[0][:-2]} percentage points"),
    "scale in words": (r"\b\d+(?:\.\d+)?bn [A-Z]{3}\b", lambda m: m[0].replace("bn", " billion")),
    "scale in capitals": (r"\b\d+(?:\.\d+)?(?:bn|m|k) [A-Z]{3}\b", lambda m: m[0].upper()),
    "currency before": (r"\b\d+(?:\.\d+)?(?:bn|m) [A-Z]{3}\b", lambda m: f"{m[0][-3:]} {m[0][:-4]}"),
    "times in words": (r"\b\d+(?:\.\d+)?x\b", lambda m: f"{m[0][:-1]} times"),
    "times as a sign": (r"\b\d+(?:\.\d+)?x\b", lambda m: f"{m[0][:-1]}×"),
    "unequal as in SQL": (r"!=", lambda m: "<>"),
    "comparison turned": (r">=|<=", lambda m: f"={m[0][0]}"),
    "comparison apart": (r">=|<=", lambda m: f"{m[0][0]} ="),
    "comparison in words": (r"(?<=[a-z_)] )(?:>=?|<=?)(?= )",
                            lambda m: {">": "is above", "<": "is below", ">=": "is at least", "<=": "at most"}[m[0]]),
    "if for when": (r"\bwhen\b", lambda m: "if"),
    "mean for average": (r"\baverage(?=\()", lambda m: "mean"),
    "avg for average": (r"\baverage(?=\()", lambda m: "avg"),
    "coalesce for first_known": (r"\bfirst_known(?=\()", lambda m: "coalesce"),
    "shift for lag": (r"\blag(?=\()", lambda m: "shift"),
    "function in capitals": (rf"\b(?:{FUNCTIONS})(?=\()", lambda m: m[0].upper()),
    "and in capitals": (r"\b(?:and|or|not)\b", lambda m: m[0].upper()),
    "status with a sign": (r"\bis (?=supported|undermined|contested)", lambda m: "= "),
    "contains for includes": (r"\bincludes\b", lambda m: "contains"),
    "a blank that does not break": (r"(?<=[a-z]) (?=[a-z])", lambda m: "\u2009"),
    "a character without width": (r"\b[a-z]{3,}_[a-z]{3,}\b", lambda m: f"{m[0][:2]}\u200b{m[0][2:]}"),
    "a letter of another alphabet": (r"\b[b-df-np-z]*[aeo][a-z_]{3,}\b", lambda m: m[0].translate({97: 1072, 101: 1077, 111: 1086})),
    "a day with strokes": (r"\b\d{4}-\d{2}-\d{2}\b", lambda m: m[0].replace("-", "/")),
    "a day without its zeros": (r"\b\d{4}-0\d-\d{2}\b", lambda m: m[0].replace("-0", "-")),
    "a short duration": (r"\b\d+ quarters\b", lambda m: m[0].replace(" quarters", "q")),
    "a duration in words": (r"\b(?:2|4) (?=quarters|years)", lambda m: {"2 ": "two ", "4 ": "four "}[m[0]]),
    "power of Python": (r" \^ ", lambda m: "**"),
}  # fmt: skip
"""Slips outside of texts and comments: what is found, and what is written instead."""
INSIDE: dict[str, tuple[str, Change]] = {
    "curly quotes": (r'"[^"\n]*"', lambda m: f"“{m[0][1:-1]}”"),
    "single quotes": (r"\"[^\"'\n]*\"", lambda m: f"'{m[0][1:-1]}'"),
    "quote not closed": (r'"[^"\n]*"', lambda m: m[0][:-1]),
    "quote half curly": (r'"[^"\n]*"', lambda m: f"{m[0][:-1]}”"),
    "quote half straight": (r'"[^"\n]*"', lambda m: f"“{m[0][1:]}"),
    "quotes of another language": (r'"[^"\n]*"', lambda m: f"«{m[0][1:-1]}»"),
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
