"""What a company has filed with the SEC, as its company-facts JSON says it, and which concepts stand for which inputs.

In: the text of a JSON, a mapping file. Out: `CompanyFacts`, `Mapping`s, and diagnostics. Must not know what becomes of
the figures.

Only the concepts that a mapping asks for are looked at closely: a file holds hundreds.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import SourceFile
from dsl.types.days import iso
from evaluator.codes.messages import make
from evaluator.facts.yamltree import YamlList, YamlMap, YamlText, read_yaml
from evaluator.readers.build import Builder
from evaluator.readers.rows import Cell, Row

SHIPPED = Path(__file__).parent / "concepts.yaml"
_LENGTHS = ((80, 101, 3), (110, 120, 3), (165, 200, 6), (250, 291, 9), (350, 380, 12))
"""From so many days to so many: so many months. A 53-week year has 371 days; quarters have 12, 13 or 14 weeks, in some
years 16 or 17, so that a half may have 24 or 28 and nine months 36 or 40."""
LARGEST = 1e21
"""Beyond this a figure is a slip, and decimals could not be calculated exactly."""
_SHOWN = 20
"""So many mistakes of one file are reported: where its shape has changed, all items are wrong."""


def _iso(value: object) -> dt.date:
    if not isinstance(value, str):
        raise ValueError("a day is written as YYYY-MM-DD")
    return iso(value)


def _finite(value: float) -> float:
    if not -LARGEST < value < LARGEST:  # nor is NaN
        raise ValueError(f"no company has figures beyond {LARGEST:.0e}")
    return value


_Day = Annotated[dt.date, BeforeValidator(_iso)]


class Item(BaseModel):
    """One figure in one filing."""

    model_config = ConfigDict(frozen=True, strict=True)

    start: _Day | None = None
    end: _Day
    val: Annotated[int | float, AfterValidator(_finite)]
    accn: str
    form: str
    filed: _Day


class Concept(BaseModel):
    """A concept with its figures by unit."""

    model_config = ConfigDict(frozen=True)

    units: dict[str, list[Item]]


class CompanyFacts(BaseModel):
    """The concepts that were asked for, by `taxonomy:Name`."""

    model_config = ConfigDict(frozen=True)

    cik: int
    name: str
    concepts: dict[str, Concept]


def _concept_name(name: str) -> str:
    if name.count(":") != 1 or not all(name.split(":")):
        raise ValueError(f"`{name}` is not a concept; write it with its taxonomy, such as us-gaap:Revenues")
    return name


class Entry(BaseModel):
    """An input, and the concepts that stand for it, the preferred one first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concepts: tuple[Annotated[str, AfterValidator(_concept_name)], ...]
    unit: Literal["money", "per share", "shares", "number"] = "money"
    covers: Literal["period", "day"] = "period"
    only: Literal["years"] | None = None
    defined: str | None = None


def read_facts(source: SourceFile, wanted: Sequence[str]) -> tuple[CompanyFacts | None, list[Diagnostic]]:
    """A company-facts JSON with the concepts that are wanted, or what is wrong with it."""
    try:
        found = json.loads(source.text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(source.text.rstrip()) or error.msg.startswith("Unterminated")
        reason = "it ends in the middle" if cut else f"it is not JSON ({error.msg.lower()})"
        at = min(error.pos, max(len(source.text) - 1, 0))
        return None, [make("F003", source.span(at, at + 1), reason=reason, mend="fetch it again")]
    except (ValueError, RecursionError):
        return None, [
            make("F046", None, at=source.path, reason="it is not JSON that can be read", mend="fetch it again")
        ]
    missing = _shape(found)
    if missing:
        return None, [make("F046", None, at=source.path, reason=missing, mend="fetch it again; or leave it out")]
    concepts, problems = _concepts(source.path, found["facts"], wanted)
    if problems:
        return None, problems
    return CompanyFacts(cik=int(found["cik"]), name=found["entityName"].strip(), concepts=concepts), []


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _shape(found: Any) -> str:
    """What is missing at its top; empty where it is as it should be."""
    if not isinstance(found, dict):
        return "it is a list or a single value"
    if not isinstance(found.get("entityName"), str) or not found["entityName"].strip():
        return "it has no `entityName`"
    if not re.fullmatch("[0-9]{1,10}", str(found.get("cik", ""))):
        return "it has no `cik`"
    facts = found.get("facts")
    if not isinstance(facts, dict) or not all(isinstance(concepts, dict) for concepts in facts.values()):
        return "it has no `facts` by taxonomy and concept"
    return ""


def _concepts(
    path: str, facts: Mapping[str, Any], wanted: Sequence[str]
) -> tuple[dict[str, Concept], list[Diagnostic]]:
    found: dict[str, Concept] = {}
    problems: list[Diagnostic] = []
    for name in dict.fromkeys(wanted):
        taxonomy, _, concept = name.partition(":")
        given = facts.get(taxonomy, {}).get(concept)
        if given is None:
            continue
        try:
            found[name] = Concept.model_validate(given)
        except ValidationError as invalid:
            for error in invalid.errors()[: _SHOWN - len(problems)]:
                at = ", ".join(str(part) for part in error["loc"])
                what = "is missing" if error["type"] == "missing" else f"is wrong ({error['msg'].lower()})"
                mend = "the SEC may have changed its form: fetch it again, and report it if the message stays"
                problems.append(make("F046", None, at=path, reason=f"{name}, {at} {what}", mend=mend))
    return found, problems


def read_mapping(source: SourceFile) -> tuple[dict[str, Entry], list[Diagnostic]]:
    """A mapping file: each input with its concepts."""
    tree, problems = read_yaml(source)
    if not isinstance(tree, YamlMap):
        mend = "write `revenue:` and below it `concepts: [us-gaap:Revenues]`"
        shape = make(
            "F013",
            tree.span if tree else None,
            at=source.path,
            where="the mapping",
            wanted="a name for each input",
            mend=mend,
        )
        return {}, problems or [shape]
    builder = Builder()
    found: dict[str, Entry] = {}
    for key, node in tree.items:
        where = f"the entry `{key.text}`"
        if not isinstance(node, YamlMap):
            mend = "write `concepts: [us-gaap:Revenues]` and the like below it"
            problems.append(make("F013", node.span, where=where, wanted="keys and values", mend=mend))
            continue
        cells = {}
        for inner, value in node.items:
            if isinstance(value, YamlText):
                cells[inner.text] = Cell(value.text.strip(), value.span, inner.span)
            elif isinstance(value, YamlList) and all(isinstance(item, YamlText) for item in value.items):
                texts = tuple(item.text.strip() for item in value.items if isinstance(item, YamlText))
                cells[inner.text] = Cell(texts, value.span, inner.span)
            else:
                problems.append(
                    make("F013", value.span, where=f"`{inner.text}` of {where}", wanted="one value", mend="")
                )
        row = Row(where, key.span, cells)
        entry = builder.build(Entry, {name: cell.text for name, cell in cells.items()}, row)
        if entry is not None:
            found[key.text] = entry
    return found, [*problems, *builder.problems]


def months(start: dt.date | None, end: dt.date) -> int | None:
    """How long an interval is; 0 for a day, None for one that no report is made for."""
    if start is None:
        return 0
    days = (end - start).days + 1
    return next((months for low, high, months in _LENGTHS if low <= days < high), None)


# --- what they suggest of the company -----------------------------------------------------------------


def year_end(company: CompanyFacts) -> str:
    """The end of most intervals of a year, as MM-DD; a day near the end of a month is the month's end."""
    counts: Counter[str] = Counter()
    for concept in company.concepts.values():
        for item in (i for items in concept.units.values() for i in items if months(i.start, i.end) == 12):
            counts[_month_end(item.end)] += 1
    return max(sorted(counts), key=lambda end: counts[end], default="")


def _month_end(day: dt.date) -> str:
    near = day if day.day > 7 else day - dt.timedelta(days=day.day)
    after = (near.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    last = after - dt.timedelta(days=1)
    end = last if (last - near).days <= 7 else near
    return f"{end.month:02d}-{28 if (end.month, end.day) == (2, 29) else end.day:02d}"


def quarters_of(company: CompanyFacts) -> str:
    """How many weeks its quarters have, as `quarters:` says it, where they are not all of about three months; else ''.

    Taken from intervals of a quarter by their place in the fiscal year: the number of weeks that most of each have.
    """
    ends = year_end(company)
    if not ends:
        return ""
    weeks: list[Counter[int]] = [Counter() for _ in range(4)]
    for concept in company.concepts.values():
        years = sorted({i.end for items in concept.units.values() for i in items if months(i.start, i.end) == 12})
        for item in (i for items in concept.units.values() for i in items if i.start and months(i.start, i.end) == 3):
            before = max((e for e in years if e < item.end), default=None)
            length = (item.end - item.start).days + 1 if item.start else 0
            if before is not None and length % 7 == 0 and (item.end - before).days < 380:
                weeks[min(3, round((item.end - before).days / 91.3) - 1)][length // 7] += 1
    first = [max(sorted(counts), key=lambda w: counts[w], default=0) for counts in weeks[:3]]
    if 0 in first or set(first) == {13}:
        return ""
    return f"{first[0]}, {first[1]}, {first[2]}, {52 - sum(first)} weeks" if 11 <= 52 - sum(first) <= 17 else ""
