"""`text contains "words"`: in capitals or not, whatever blanks are between them; of what is not known unknown."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.proofs.prove import prove
from evaluator.values.values import Truth
from tests.support.runs import checked, company, fact, ran

AS_OF = dt.date(2026, 5, 14)
INPUTS = (
    'rules main\ninput t : text\ninput f : flag\ninput w : choice of (a, b)\ninput s : set of (a, b)\npillar o "?"\n'
)
TEXTS = {
    ("Substantial doubt about going concern", "going concern"): True,
    ("Substantial doubt about GOING   Concern", "going concern"): True,
    ("no doubt", "DOUBT"): True,
    ("no doubt", "doubts"): False,
    ("Straße", "STRASSE"): True,
    ("", "x"): False,
    ("a", "a"): True,
    ("co-ncern", "concern"): False,
}


def answer(asked: str, text: str | None) -> Truth:
    facts = (
        "  {}\n" if text is None else f"  t:\n{fact('2026-01-01', chr(34) + text + chr(34), '2026-01-01', key='date')}"
    )
    found = ran(f"{INPUTS}bull k on o when {asked}\n", company(facts), AS_OF).evaluation.of("k")
    assert isinstance(found, Truth)
    return found


@pytest.mark.parametrize(("text", "words"), [each for each in TEXTS if each[0]])
def test_words_inside_a_text(text: str, words: str) -> None:
    assert answer(f't contains "{words}"', text).value is TEXTS[text, words]
    assert answer(f'not t contains "{words}"', text).value is not TEXTS[text, words]


def test_what_is_not_known() -> None:
    assert answer('t contains "x"', None).unknown
    assert answer('(if f then "a x" else "b x") contains "x"', None).value is True
    assert answer('(if f then "a x" else "b x") contains "c"', None).value is False
    assert answer('(if f then "a x" else "b x") contains "a"', None).unknown


@pytest.mark.parametrize(
    ("asked", "mend"),
    [
        ('w contains "a"', "`w is a`"),
        ('s contains "b"', "`s includes b`"),
        ('f contains "b"', "ask for words with `is`"),
        ('t contains ""', "going concern"),
    ],
)
def test_what_is_no_text(asked: str, mend: str) -> None:
    found = check_file(SourceFile("main.thesis", f"{INPUTS}bull k on o when {asked}\n"), Library(()))
    (error,) = [d for d in found.diagnostics if d.is_error]
    assert error.code == "T066"
    assert mend in str(error.hint)


def test_it_is_proven_over() -> None:
    rows = [
        't contains "going concern"',
        'not t contains "CONCERN"',
        't is "Concern"',
        't contains "concern" and t is "None"',
    ]
    written = "\n".join(f'  when {row} then "{n}"' for n, row in enumerate(rows))
    program = checked(f'{INPUTS}bull k on o when {rows[0]}\nverdict v\n{written}\n  otherwise "else"\n').program
    assert program is not None
    found = prove(program, AS_OF, 20.0).findings
    assert not any(f.row in (1, 2, 3) for f in found), "each of these rows can be reached"
    assert all(f.witness is None or f.witness.text for f in found)
