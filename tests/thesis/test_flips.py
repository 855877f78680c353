"""What would change a run's judgements, as a frame and as a page."""

from __future__ import annotations

import pytest

import thesis
from thesis import ThesisError

DAY = "2026-05-14"


@pytest.fixture(scope="module")
def flips() -> thesis.Flips:
    return thesis.evaluate("alibaba", "BABA", as_of=DAY).flips("slows", "growth_gone")


def test_a_frame_has_a_row_for_each_change(flips: thesis.Flips) -> None:
    frame = flips.to_polars()
    assert frame.height == len(flips.model.changes) > 0
    first = frame.row(0, named=True)
    assert (first["name"], first["judgement"], first["direction"], first["unit"]) == (
        "cloud_growth",
        "slows",
        "down",
        "percent",
    )
    assert (first["today"], first["past"], first["nearest"]) == (0.38, pytest.approx(0.355), True)


def test_it_shows_itself(flips: thesis.Flips) -> None:
    assert str(flips).startswith("Alibaba as China's AI infrastructure (alibaba) for BABA")
    assert "cloud_growth=" in repr(flips)
    assert "<" in flips._repr_html_()
    assert flips.csv().startswith("name,title,judgement,")


def test_a_name_that_is_no_judgement_is_refused() -> None:
    with pytest.raises(ThesisError, match="no verdict or kill"):
        thesis.evaluate("alibaba", "BABA", as_of=DAY).flips("price")
