"""A clause that begins with another word gets the word that the language has, and no second `when` is put into a condition."""

from __future__ import annotations

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.diagnostics import Diagnostic
from dsl.text.source import SourceFile

HEAD = 'rules main "M"\ninput g "G" : percent per quarter\ninput sales "Sales" : money per quarter\npillar p "?"\n'


def _errors(text: str) -> list[Diagnostic]:
    return check_file(SourceFile("main.thesis", HEAD + text + "\n"), Library(())).errors


def _mended(text: str, found: Diagnostic) -> str:
    (edit,) = found.fixes[0].edits
    whole = HEAD + text + "\n"
    return (whole[: edit.span.start] + edit.text + whole[edit.span.end :])[len(HEAD) : -1]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('kill k "K" before 2027-01-01 when g < 0%', 'kill k "K" by 2027-01-01 when g < 0%'),
        ('kill k "K" until 2027-01-01 when g < 0%', 'kill k "K" by 2027-01-01 when g < 0%'),
        ('catalyst c "C" by 2027-01-01 expects g > 0%', 'catalyst c "C" on 2027-01-01 expects g > 0%'),
        ('catalyst c "C" on 2027-01-01 when g > 0%', 'catalyst c "C" on 2027-01-01 expects g > 0%'),
        ('catalyst c "C" on 2027-01-01 if g > 0%', 'catalyst c "C" on 2027-01-01 expects g > 0%'),
        ("bull b on p g > 0%", "bull b on p when g > 0%"),
        (
            'verdict v "V" when g > 5% then "A" g > 3% then "B" otherwise "C"',
            'verdict v "V" when g > 5% then "A" when g > 3% then "B" otherwise "C"',
        ),
        ("bull b on p when sales yoy > 5%", "bull b on p when yoy(sales) > 5%"),
    ],
)
def test_the_word_of_the_language_is_put_in(written: str, meant: str) -> None:
    (found,) = _errors(written)
    assert _mended(written, found) == meant
    assert not _errors(meant)


@pytest.mark.parametrize("written", ["bull b on p when g > 5% g < 9%", "bull b on p when sales rises"])
def test_no_second_when_is_put_into_a_condition(written: str) -> None:
    (found,) = _errors(written)
    assert not found.fixes
    assert "begins with" not in (found.hint or "")
