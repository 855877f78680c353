"""Figures of tables: what stands as facts spell it already is taken as it stands, and comes to the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evaluator.readers import numerals
from evaluator.readers.numerals import Style, Unit, calculable, value

_TEXTS = st.from_regex(r"[0-9]{1,6}([.,][0-9]{1,7})?", fullmatch=True) | st.sampled_from(
    [
        "0",
        "00",
        "007",
        "0.50",
        "1.",
        ".5",
        "1.234",
        "1,234",
        "12345678901234567890",
        " 5",
        "5 ",
        "2026-01-05",
        "n/a",
        "-3",
    ]
)
_UNITS = st.builds(Unit, st.sampled_from(["", "m"]), st.sampled_from(["", "USD"]), st.booleans(), st.booleans())
_STYLES = st.builds(Style, st.sampled_from([None, "point", "comma"]), st.booleans())


@given(_TEXTS, _UNITS, _STYLES, st.booleans())
def test_digits_alone_stand_as_they_are(text: str, said: Unit, style: Style, exact: bool) -> None:
    found = numerals._value(text, said, style, exact)
    assert value(text, said, style, exact) == (calculable(found) if isinstance(found, str) else found)
