"""Laws of mapped tables: which way periods run changes nothing, each figure that is named is read once with its unit, and a
table with a mistake gives no fact at all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dsl.text.source import SourceFile
from evaluator.facts.calendar import Calendar
from evaluator.facts.spelling import Amount, amount
from evaluator.readers.assemble import assemble
from evaluator.readers.files import forms
from evaluator.readers.files.csv_file import table_of
from evaluator.readers.layouts.mapping_file import read_layout
from evaluator.readers.rows import Cell, Reading, Settings
from evaluator.readers.tables.choosing import Chosen

LABELS = {"Total sales": "revenue", "EBIT": "operating_income", "Cash, end": "cash_held"}
SCALES = {"units": 1, "thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}
CELLS = st.one_of(
    st.decimals(-(10**6), 10**6, places=2),
    st.integers(-(10**6), 10**6).map(Decimal),
    st.sampled_from([None, "n/a", "-", "."]),
)
HEADINGS = st.lists(st.tuples(st.integers(2015, 2030), st.integers(1, 4)), min_size=1, max_size=5, unique=True).map(
    lambda found: [(f"Q{q} {y}", f"Q{q} FY{y}") for y, q in found]
)


def written(cell: Decimal | str | None, style: str) -> str:
    """A figure as sheets write it."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    text = f"{abs(cell):,}" if style == "thousands" else str(abs(cell))
    return f"({text})" if cell < 0 and style != "minus" else f"-{text}" if cell < 0 else text


def csv(rows: Sequence[Sequence[str]]) -> str:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)


def facts(text: str, mapping: str, **more: object) -> dict[tuple[str, str], str] | None:
    """Each fact of a table by a mapping, by name and period; None where it is refused."""
    layout, problems = read_layout(SourceFile("m.yaml", mapping))
    assert layout is not None, problems
    table = table_of(SourceFile("f.csv", text))
    assert not isinstance(table, Reading)
    span = table.start
    said = {"published": "2035-01-01", "kind": "reported", "source": "S"}
    head = {"name": "Example", "ticker": "E", "currency": "USD", "fiscal_year_ends": "12-31"}
    settings = Settings(calendar=Calendar(), defaults={k: Cell(v, span) for k, v in said.items()})
    readings = forms.read_by([table], Chosen(layout), settings)
    company, _ = assemble([Reading("h", {k: Cell(v, span) for k, v in head.items()}, span), *readings], "f.csv")
    if company is None:
        return None
    found = {(f.name, f.period or str(f.date)): str(f.value) for f in company.facts}
    assert len(found) == len(company.facts), "a figure was read twice"
    return found


NAMES = "names:\n" + "".join(f'  "{label}": {name}\n' for label, name in LABELS.items())


@given(HEADINGS, st.data(), st.sampled_from(list(SCALES)), st.sampled_from(["minus", "brackets", "thousands"]))
def test_a_table_and_its_transpose_give_the_same_figures(
    headings: list[tuple[str, str]], data: st.DataObject, unit: str, style: str
) -> None:
    cells = {label: [data.draw(CELLS) for _ in headings] for label in LABELS}
    texts = {label: [written(cell, style) for cell in row] for label, row in cells.items()}
    across = csv([["Model", *(h for h, _ in headings)], *([label, *row] for label, row in texts.items()), ["Notes"]])
    down = csv([["When", *LABELS], *([h, *(texts[label][n] for label in LABELS)] for n, (h, _) in enumerate(headings))])
    one = facts(across, f"unit: {unit}\n{NAMES}")
    other = facts(down, f"periods: down\nperiod: When\nunit: {unit}\n{NAMES}")
    if all(cell is None for row in cells.values() for cell in row):
        assert not one
        return
    assert one is not None
    assert one == other
    expected = {
        (LABELS[label], period): cell
        for label, row in cells.items()
        for (_, period), cell in zip(headings, row, strict=True)
        if cell is not None
    }
    assert one.keys() == expected.keys()
    for key, cell in expected.items():
        if isinstance(cell, str):
            assert one[key] == "unknown"
            continue
        read = amount(one[key])
        assert isinstance(read, Amount)
        assert read.low == read.high == float(cell * Decimal(SCALES[unit]))


@given(HEADINGS, st.sampled_from(["soon", "Q5 2025", "12,5,0", "$5", "(5", "5 parsecs", "#REF!"]), st.data())
def test_one_bad_cell_loads_nothing(headings: list[tuple[str, str]], bad: str, data: st.DataObject) -> None:
    rows = [["Model", *(h for h, _ in headings)], *([label, *("1" for _ in headings)] for label in LABELS)]
    where = data.draw(st.tuples(st.integers(1, len(LABELS)), st.integers(1, len(headings))))
    rows[where[0]][where[1]] = bad
    if bad == "$5":  # a symbol of the company's own currency is read; of another it is refused
        rows[where[0]][where[1]] = "€5"
    assert facts(csv(rows), f"unit: millions\n{NAMES}") is None
