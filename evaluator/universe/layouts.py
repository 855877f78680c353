"""What is said of a table: a mapping file, with options laid over it.

In: a path, options as they are typed. Out: `Layout`, or `Failed`. Must not know tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from evaluator.codes.messages import make
from evaluator.readers.layouts.mapping import Entry, Layout
from evaluator.readers.tables.choosing import named
from evaluator.session.reading import Failed

_KEYS = {
    "ticker": "ticker",
    "period": "period",
    "each": "each",
    "currency": "currency",
    "unit": "unit",
    "decimal": "decimal",
}


def layout_of(
    mapping: Path | None, mapped: Sequence[str], leave_out: Sequence[str], said: Mapping[str, str | None]
) -> Layout | Failed:
    """The layout. `mapped`: `COLUMN=INPUT[:UNIT]`; `said`: the keys of a mapping file, and `known`, a column. Failed (wrong use) where
    one of them is not what it should be."""
    base = Layout(names={})
    if mapping is not None:
        chosen = named(mapping)
        if chosen.layout is None:
            return Failed(chosen.problems, wrong_use=any(d.code == "F001" for d in chosen.problems))
        base = chosen.layout
    data: dict[str, object] = {key: getattr(base, key) for key in Layout.model_fields}
    names: dict[str, Entry] = dict(base.names)
    for text in mapped:
        try:
            head, entry = entry_of(text)
        except (ValueError, ValidationError) as error:
            return _wrong(f"--map {text}", error)
        names[head] = entry
    data["names"] = names
    data["leave_out"] = (*base.leave_out, *leave_out)
    for key, word in said.items():
        if word is not None:
            data |= {"published": f"column {word}"} if key == "known" else {key: word}
    if data["period"] is not None:
        data["periods"] = "down"
    for key in ("published", "currency", "each"):  # what is read already is no text to be read again
        if not isinstance(data[key], str) and data[key] is not None and data[key] == getattr(base, key):
            data[key] = _as_written(data[key])
    try:
        return Layout.model_validate(data)
    except ValidationError as error:
        return _wrong("the options", error)


def entry_of(text: str) -> tuple[str, Entry]:
    """`HEAD=NAME` or `HEAD=NAME:UNIT` of the command line. Raises ValueError."""
    head, sign, rest = text.rpartition("=")
    name, _, unit = rest.partition(":")
    if not sign or not head.strip() or not name.strip():
        raise ValueError("it names no column or no input; write `COLUMN=INPUT` or `COLUMN=INPUT:UNIT`")
    data = {"name": name.strip()} | ({"unit": unit.strip()} if unit.strip() else {})
    return head.strip(), Entry.model_validate(data)


def _as_written(value: object) -> object:
    """`column X`, `45 days after` as a mapping file writes them."""
    head, days = getattr(value, "head", None), getattr(value, "days", None)
    return f"column {head}" if head is not None else f"{days} days after" if days is not None else value


def _wrong(where: str, error: Exception) -> Failed:
    text = str(error)
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        text = (
            str(first.get("ctx", {}).get("error", "")) or f"`{first.get('input')}` does not fit; {first['msg'].lower()}"
        )
        where = f"{where}: `{first['loc'][0]}`" if first["loc"] and where == "the options" else where
    reason, _, mend = text.partition("; ")
    return Failed((make("F012", None, where=where, reason=reason, mend=mend),), wrong_use=True)
