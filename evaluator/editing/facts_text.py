"""Facts files in YAML while they are typed: what may stand at a place, and which name a place speaks of.

In: a text and an offset, the names that rules ask for. Out: words to type, the name at a place. Must not read YAML as a
whole: a file that is half typed is none.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from dsl.text.record import record

HEAD = ("name", "ticker", "currency", "fiscal_year_ends", "quarters", "reports", "shares_per_receipt")
PARTS = ("facts", "imported", "splits", "exchange_rates", "files", "mapping")
KEYS = ("period", "date", "value", "published", "kind", "source", "url", "note", "rank", "currency", "restates")
KINDS = ("reported", "derived", "guidance", "claim", "estimate")
_NEEDED = ("period", "value", "published", "kind", "source")


@record
class Place:
    """Where in a facts file a place is. `part`: the key of the file above it, '' at the top; `name`: the name of the facts around
    it; `key`: the key whose value is being written; `typed` and `start`: the part of the word before it."""

    part: str
    name: str
    key: str
    typed: str
    start: int


@record
class Offered:
    """A word that may be typed, what it is, and the text to put in."""

    label: str
    detail: str
    text: str
    snippet: bool = False


_FACTS = re.compile(r"^(?:facts|ticker|imported)[ \t]*:", re.MULTILINE)
_TOP = re.compile(r"^([A-Za-z_]\w*)[ \t]*:", re.MULTILINE)
_NAME = re.compile(r"^([ \t]+)([A-Za-z_]\w*)[ \t]*:[ \t]*(?:\#.*)?$", re.MULTILINE)
_KEY = re.compile(r"([A-Za-z_]\w*)[ \t]*:[ \t]*([^,{}]*)\Z")
_TYPED = re.compile(r"[A-Za-z_][\w]*\Z")


def holds_facts(text: str) -> bool:
    """Whether a text looks like a facts file."""
    return bool(_FACTS.search(text))


def place_at(text: str, offset: int) -> Place:
    """Where an offset is, by the lines above it."""
    line = text.rfind("\n", 0, offset) + 1
    top = None
    for found in _TOP.finditer(text, 0, offset):
        top = found
    indented = text[line:offset][:1] in (" ", "\t", "-")
    part = top[1] if top is not None and (indented or top.start() == line) and top.start() < line else ""
    name = ""
    if part in ("facts", "imported") and top is not None:
        for found in _NAME.finditer(text, top.end(), line):
            name = found[2]
    before = text[line:offset]
    inside = before.rfind("{") > before.rfind("}") or re.match(r"[ \t]*-[ \t]", before) is not None
    key = _KEY.search(before) if inside or part == "" else None
    typed = _TYPED.search(before)
    start = line + typed.start() if typed else offset
    own = re.match(r"[ \t]+([A-Za-z_]\w*)?\Z", before)
    if own is not None and part in ("facts", "imported"):
        name = ""
    return Place(part, name, key[1] if key else "", text[start:offset], start)


def offered(
    text: str,
    offset: int,
    inputs: Iterable[tuple[str, str]],
    periods: Iterable[str] = (),
    words: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Iterator[Offered]:
    """What may be typed at an offset. `inputs`: the names that rules ask for, each with what it is; `words`: of those that are
    one of several words, which."""
    place, known = place_at(text, offset), list(dict.fromkeys(periods))
    line = text.rfind("\n", 0, offset) + 1
    before = text[line:offset]
    if "#" in before:
        return
    if place.key == "kind":
        yield from (Offered(kind, "what the figure rests on", kind) for kind in KINDS)
    elif place.key == "period":
        yield from (Offered(period, "the period that follows", period) for period in coming(known))
        yield from (Offered(period, "a period of this file", period) for period in known)
    elif place.key == "value":
        yield from (Offered(word, f"what {place.name} may be", word) for word in words.get(place.name, ()))
    elif place.key:
        return
    elif not place.part:
        yield from (Offered(key, "what is said once about the company", f"{key}: ") for key in HEAD)
        yield from (Offered(key, "a part of the file", f"{key}:\n  ") for key in PARTS)
    elif place.part in ("facts", "imported") and not place.name and "-" not in before and "{" not in before:
        yield from (Offered(name, detail, f"{name}:\n    - {_outline(known)}", snippet=True) for name, detail in inputs)
    elif place.part in ("facts", "imported"):
        if "{" in before or before.lstrip().startswith("-"):
            given = set(re.findall(r"([a-z_]+)[ \t]*:", before))
            yield from (Offered(key, _about(key), f"{key}: ") for key in KEYS if key not in given)
        if "{" not in before:
            yield Offered("- {period …}", "a whole fact", f"- {_outline(known)}", snippet=True)


def _outline(known: Sequence[str]) -> str:
    """A whole fact to fill in. What only a source says is left empty, so that a form that is passed over is an error and never a
    figure; the period is the one that follows those of the file."""
    period = next(iter([*coming(known), *known]), "")
    first = f"${{1:{period}}}" if period else "$1"
    return f'{{period: {first}, value: $2, published: $3, kind: ${{4:reported}}, source: "$5"}}'


def _about(key: str) -> str:
    return "needed" if key in _NEEDED else "may be left out"


def periods_in(text: str) -> list[str]:
    """The periods that a facts file speaks of, the newest first."""
    found = set(re.findall(r"period[ \t]*:[ \t]*([^,}\n]+)", text))
    return sorted((period.strip().strip("\"'") for period in found), reverse=True)


_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_FISCAL = re.compile(r"(?:(Q|H)([1-4]) )?FY(\d{4})\Z")
_PARTS_OF_A_YEAR = {"Q": 4, "H": 2}


def coming(periods: Sequence[str]) -> list[str]:
    """The periods that follow the newest of a file, whose figures are likely to be written next: month ends as far apart as the
    two newest are, and those that are named by their fiscal year."""
    found: list[str] = []
    ended = (m for m in map(_ISO.match, periods) if m and 1 <= int(m[2]) <= 12)
    months = sorted({int(m[1]) * 12 + int(m[2]) - 1 for m in ended})
    step = months[-1] - months[-2] if len(months) > 1 else 0
    if step in (1, 3, 6, 12):
        year, month = divmod(months[-1] + step, 12)
        if year <= dt.MAXYEAR:
            found.append(f"{year:04}-{month + 1:02}-{monthrange(year, month + 1)[1]:02}")
    fiscal = [(m[1] or "", int(m[3]), int(m[2] or 0)) for m in map(_FISCAL.match, periods) if m]
    for part in dict.fromkeys(kind for kind, _, _ in fiscal):
        year, number = max((year, number) for kind, year, number in fiscal if kind == part)
        last = number >= _PARTS_OF_A_YEAR.get(part, 0)
        year, number = (year + 1, 1) if last else (year, number + 1)
        found.append(f"{part}{number} FY{year}" if part else f"FY{year}")
    return found


def name_at(text: str, offset: int) -> tuple[str, int, int] | None:
    """The name of facts that a place speaks of: a key below `facts` or `imported`, where the place is on it."""
    line = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    found = re.match(r"[ \t]+([A-Za-z_]\w*)[ \t]*:", text[line : len(text) if end < 0 else end])
    if found is None or not line + found.start(1) <= offset <= line + found.end(1):
        return None
    tops = [m[1] for m in _TOP.finditer(text, 0, line)]
    if not tops or tops[-1] not in ("facts", "imported"):
        return None
    return found[1], line + found.start(1), line + found.end(1)


def keys_called(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a name stands as the key of facts."""
    for found in re.finditer(rf"^[ \t]+({re.escape(name)})[ \t]*:", text, re.MULTILINE):
        at = name_at(text, found.start(1))
        if at is not None:
            yield found.span(1)


def ticker_of(text: str) -> str:
    """The ticker that a facts file is about; '' where it says none."""
    found = re.search(r"^ticker[ \t]*:[ \t]*[\"']?([^\"'#\n]+?)[\"']?[ \t]*(?:#.*)?$", text, re.MULTILINE)
    return found[1] if found is not None else ""


def with_name(text: str, name: str) -> tuple[int, str]:
    """Where and how a name is put behind the last of the facts of a file, with the form of a fact as a comment below it: the
    offset, and the text. A file without facts gets the part for them at its end."""
    period = next(iter(periods_in(text)), "2026-03-31")
    entry = f'  {name}:\n    # - {{period: {period}, value: , published: , kind: reported, source: ""}}\n'
    head = re.search(r"^facts[ \t]*:[ \t]*(?:#.*)?$", text, re.MULTILINE)
    if head is None:
        return len(text), ("" if text.endswith("\n") or not text else "\n") + f"\nfacts:\n{entry}"
    following = _TOP.search(text, head.end())
    end = following.start() if following is not None else len(text)
    part = text[head.end() : end]
    kept = [line for line in part.split("\n") if line.startswith((" ", "\t", "-"))]
    last = part.rfind(kept[-1]) + len(kept[-1]) if kept else 0
    at = head.end() + last
    return (at + 1, entry) if text[at : at + 1] == "\n" else (at, f"\n{entry}")
