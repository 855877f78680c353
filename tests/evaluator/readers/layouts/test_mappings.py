"""Mapping files: they read back as they were written, those that ship are sound, and each has been tried on a layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.source import SourceFile
from evaluator.readers.files.csv_file import table_of
from evaluator.readers.files.excel import tables_of
from evaluator.readers.files.json_file import table_of as json_table
from evaluator.readers.layouts import vendors
from evaluator.readers.layouts.closes import splits_in
from evaluator.readers.layouts.mapping import MEASURES, Layout
from evaluator.readers.layouts.mapping_file import layout_text, read_layout
from evaluator.readers.tables.choosing import recognised
from tests.paths import ROOT
from tests.support.books import parts, workbook

LAYOUTS = ROOT / "tests" / "cases" / "layouts"
LABELS = st.text("abcXYZ &:#'\"-,%[]{}", min_size=1, max_size=12).filter(lambda t: t.strip() == t)
ENTRIES = st.fixed_dictionaries(
    {"name": st.sampled_from(["revenue", "eps", "capex"])},
    optional={
        "unit": st.sampled_from([*MEASURES, "millions", "units"]),
        "covers": st.sampled_from(["day", "year to date"]),
        "outflow": st.just("yes"),
    },
)


@given(
    st.dictionaries(LABELS, ENTRIES, min_size=1, max_size=4),
    st.fixed_dictionaries(
        {},
        optional={
            "unit": st.sampled_from(["millions", "thousands", "units"]),
            "each": st.sampled_from(["quarter", "as spaced"]),
            "published": st.sampled_from(["2026-02-20", "45 days after", "row Reported on"]),
            "sign": st.just("outflows negative"),
            "leave_out": st.lists(LABELS, min_size=1, max_size=2),
            "splits": st.sampled_from([[], [{"date": "2022-07-18", "ratio": 20.0}]]),
            "head": st.just(3),
            "ends": st.just(["Period Ending"]),
        },
    ),
)
def test_a_mapping_reads_back(names: dict[str, dict[str, str]], more: dict[str, object]) -> None:
    layout = Layout.model_validate({"names": names, **more})
    found, problems = read_layout(SourceFile("m.yaml", layout_text(layout, ["A comment."], ["More"])))
    assert not problems
    assert found == layout


@pytest.mark.parametrize("name", vendors.names())
def test_what_ships_is_sound_and_reads_back(name: str) -> None:
    layout = vendors.shipped(name)
    assert layout.recognise
    assert layout.vendor
    assert layout.source
    found, problems = read_layout(SourceFile("m.yaml", layout_text(layout, [], [])))
    assert not problems
    assert found == layout.model_copy(update={"vendor": None, "recognise": ()})


def tried() -> dict[str, str | None]:
    """The vendor that each case of a layout is recognised as."""
    found: dict[str, str | None] = {}
    for case in sorted(LAYOUTS.glob("*.txt")):
        for name, text in parts(case.read_text("utf-8")).items():
            if not name.startswith("f."):
                continue
            if name.endswith(".xlsx"):
                sheets = tables_of(name, workbook(text), None)
                assert isinstance(sheets, list)
                tables = [table for table, _ in sheets]
            else:
                one = json_table(name, text) if name.endswith(".json") else table_of(SourceFile(name, text))
                tables = [one]  # type: ignore[list-item]
            found[case.stem] = next((v for t in tables if (v := recognised(t)) is not None), None)
    return found


def test_each_vendor_is_recognised_in_a_layout_of_its_own_and_nobody_in_others() -> None:
    found = tried()
    assert {name for name in found.values() if name} == set(vendors.names())
    assert {
        case: vendor for case, vendor in found.items() if vendor and not case.startswith(vendor.split("_")[0])
    } == {}
    assert all(vendor is None for case, vendor in found.items() if case.startswith("own_"))


@pytest.mark.parametrize(
    "text",
    [
        "2022-07-18 0 for 1",
        "2022-07-18 20 for 0",
        "20",
        "2022-07-18 20:1",
        "",
        "2022-13-40 2 for 1",
        "2022-07-18 1 for 1",
    ],
)
def test_splits_that_say_nothing(text: str) -> None:
    assert splits_in(text) is None


def test_splits_of_any_size() -> None:
    assert splits_in("none") == ()
    found = splits_in("2022-07-18 20 for 1, 2024-03-01 1 for 10, 2025-03-01 29 for 5")
    assert found is not None
    assert [split.ratio for split in found] == [20, 0.1, 5.8]


def test_the_shipped_mappings_go_with_the_package() -> None:
    assert all((Path(vendors.FOLDER) / f"{name}.yaml").is_file() for name in vendors.names())
