"""`uses m as z when … with x = …`: names with a prefix, inputs that are mapped, modules that apply only at times."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.text.files import DISK, Overlay
from dsl.text.source import SourceFile
from tests.support.strategies import RuleFile, rule_files

SIZE = """rules size "Size"

input sales "Sales" : money per year at least 0
input debt "Debt" : money per year balance at least 0
param least "Least" = 2 source "Made up"
metric turns "Turns" = sales / debt
pillar strong "Is it strong?"
bull fast "It turns fast" on strong when turns > least because "{turns} turns."
bear slow "It turns slowly" on strong when turns <= least
verdict pace "Its pace"
  when fast then "Fast" bullish because "At {turns}."
  otherwise      "Slow" bearish
kill over "It is over" when turns < 0.5 and sales < 1m USD

example "turns"
  given sales = 10m USD, debt = 2m USD
  expect turns = 5, fast is true, pace is "Fast"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "size.thesis").write_text(SIZE)
    return tmp_path


def checked(text: str) -> Checked:
    return check_file(SourceFile("top.thesis", text), Library((Path(),)))


def codes(text: str) -> list[str]:
    return [d.code for d in checked(text).errors]


TOP = 'thesis top "Top" for ACME since 2026-01-01\n  uses '
SECTOR = '\ninput sector "Sector" : choice of (industrial, bank)\n'


def test_all_names_but_inputs_have_the_prefix(folder: Path) -> None:
    program = checked(f"{TOP}size as z\n").program
    assert program is not None
    assert list(program.inputs) == ["sales", "debt"]
    others = {
        *program.params,
        *program.metrics,
        *program.pillars,
        *program.conditions,
        *program.verdicts,
        *program.kills,
    }
    assert others == {"z.least", "z.turns", "z.strong", "z.fast", "z.slow", "z.pace", "z.over"}
    assert program.conditions["z.fast"].when.text == "z.turns > z.least"
    assert program.conditions["z.fast"].pillars == ("z.strong",)
    assert [e.name for e in program.examples] == ["turns"]


def test_with_sets_params_by_their_own_names_and_override_by_the_full_ones(folder: Path) -> None:
    program = checked(f"{TOP}size as z with least = 3\noverride bull z.fast weight 4\ndrop kill z.over\n").program
    assert program is not None
    assert program.params["z.least"].versions[0].value.text == "3"
    assert program.conditions["z.fast"].weight == 4
    assert not program.kills
    assert [(c.action, c.name) for c in program.changes] == [
        ("with", "z.least"),
        ("drop", "z.over"),
        ("override", "z.fast"),
    ]


def test_an_input_that_is_mapped_is_a_metric_of_the_module(folder: Path) -> None:
    program = checked(f'{TOP}size as z with sales = 2 * revenue\ninput revenue "R" : money per year\n').program
    assert program is not None
    assert list(program.inputs) == ["debt", "revenue"]
    assert program.metrics["z.sales"].value.text == "2 * revenue"
    assert program.metrics["z.turns"].value.text == "z.sales / debt"
    assert not program.examples, "they speak of the module as it is"


def test_without_a_prefix_an_input_can_be_mapped_too(folder: Path) -> None:
    program = checked(f'{TOP}size with sales = 2 * revenue\ninput revenue "R" : money per year\n').program
    assert program is not None
    assert program.metrics["sales"].value.text == "2 * revenue"


def test_a_mapped_figure_must_be_of_the_inputs_type(folder: Path) -> None:
    found = checked(f'{TOP}size as z with sales = margin\ninput margin "R" : percent per year\n').errors
    assert [(d.code, d.span.source.path if d.span else "") for d in found] == [("T067", "top.thesis")]


def test_when_goes_before_what_each_declaration_says(folder: Path) -> None:
    program = checked(f"{TOP}size as z when sector is industrial{SECTOR}").program
    assert program is not None
    said = "sector is industrial"
    for judged in (program.pillars["z.strong"], program.conditions["z.fast"], program.verdicts["z.pace"]):
        assert judged.applies is not None
        assert judged.applies.text == said
    meaningful = program.metrics["z.turns"].meaningful
    assert meaningful is not None
    assert meaningful.text == said
    assert program.kills["z.over"].when.text == f"{said} and (z.turns < 0.5 and sales < 1m USD)"


def test_a_prefix_within_a_prefix(folder: Path) -> None:
    (folder / "outer.thesis").write_text(
        'rules outer "O" uses size as s when sales > 0\npillar p "P?"\nbull b "B" on p when s.turns > 1\n'
    )
    program = checked(f"{TOP}outer as o\n").program
    assert program is not None
    assert program.conditions["o.b"].when.text == "o.s.turns > 1"
    kill = program.kills["o.s.over"].when.text
    assert kill == "sales > 0 and (o.s.turns < 0.5 and sales < 1m USD)"


def test_words_of_a_choice_are_no_names(folder: Path) -> None:
    (folder / "kinds.thesis").write_text(
        'rules kinds "K"\ninput kind "K" : choice of (big, small)\nparam big "Big" = 3\nmetric one "One" : choice of (big, small)'
        ' = if kind is big then big else small\npillar p "P?"\nbull b "B" on p when kind in (big, small) and one is big and big > 2\n'
    )
    plain, prefixed = checked(f"{TOP}kinds\n"), checked(f"{TOP}kinds as k\n")
    assert [d.code for d in plain.errors] == [d.code for d in prefixed.errors]


# --- what a prefix mends, and what it does not ---------------------------------------------------------------


def test_one_clash_is_one_error_with_the_prefix_as_its_mend(folder: Path) -> None:
    (folder / "other.thesis").write_text(SIZE.replace("size", "other").replace("turns > least", "turns > 9"))
    (found,) = checked(f"{TOP}size, other\n").errors
    assert found.code == "T030"
    assert found.hint == "write `uses other as other`: what it declares is then called `other.least`"
    (fix,) = found.fixes
    assert [e.text for e in fix.edits] == ["other as other"]
    assert codes(f"{TOP}size, other as other\n") == []


def test_inputs_of_two_modules_are_one_where_they_agree(folder: Path) -> None:
    (folder / "left.thesis").write_text('rules left "L"\ninput x "Of left" : percent optional\ninput y "Y" : number\n')
    (folder / "right.thesis").write_text(
        'rules right "R"\ninput x "Of right" : percent at least 0%\ninput y "Y" : count\n'
    )
    for uses in ("left, right", "right, left"):
        found = checked(f"{TOP}{uses}\n")
        (error,) = found.errors
        assert (error.code, error.message) == ("T030", "`y` is declared twice")
        declared = found.partial.inputs["x"]
        assert (declared.title, declared.optional, declared.bounds is not None) == ("Of left", False, True)


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("size as z.y\n", "T116"),
        ("size as z\nmetric z.more = 3\n", "T117"),
        ("size as z, again\n", "T118"),
        ("dated as d when sales > 0\n", "T119"),
        ("size as z, size as y\n", "T047"),
        ("size as z with nothing = 3\n", "T028"),
        ("size as z with sales = 1m USD, sales = 2m USD\n", "T112"),
        ("size as z when turns > 1\n", "T031"),
        ("size as z when z.turns > 1\n", "T039"),
        ("size as z when sales\n", "T063"),
        ("size as z\ndrop fast\n", "T035"),
        ("size as z\noverride bull fast weight 2\n", "T033"),
    ],
)
def test_clear_errors(folder: Path, rest: str, code: str) -> None:
    (folder / "again.thesis").write_text('rules again "A" uses size\n')
    (folder / "dated.thesis").write_text(
        'rules dated "D"\ninput sales "S" : money\ncatalyst c "C" on 2027-01-01 expects sales > 1m USD\n'
    )
    assert codes(TOP + rest) == [code]


def test_a_finding_in_a_module_with_a_prefix_is_shown_where_it_is_written(folder: Path) -> None:
    found = checked(f'{TOP}size as zz with debt = revenue\ninput revenue "R" : percent per year\n').diagnostics
    assert all(not fix.edits or d.span is not None for d in found for fix in d.fixes)
    program = checked(f"{TOP}size as zz\n").program
    assert program is not None
    span = program.conditions["zz.fast"].when.span
    assert (span.text, str(span)) == ("zz.turns > zz.least", "size.thesis:8:42")


# --- laws ------------------------------------------------------------------------------------------------------


@given(rule_files())
@settings(max_examples=40, deadline=None)
def test_a_module_with_a_prefix_is_the_module_under_other_names(rules: RuleFile) -> None:
    """The same declarations, expression by expression, once the prefix is taken out of the texts."""
    text = re.sub(r"^rules \w+", "rules m", rules.text)
    files = Library((Path(),), Overlay({Path("m.thesis"): text}, DISK))
    plain = check_file(SourceFile("t.thesis", 'thesis t "T" for ACME uses m\n'), files).program
    prefixed = check_file(SourceFile("t.thesis", 'thesis t "T" for ACME uses m as zz\n'), files).program
    assert plain is not None
    assert prefixed is not None
    assert list(prefixed.inputs) == list(plain.inputs)
    bare = {name: name.removeprefix("zz.") for name in prefixed.order}
    assert sorted(bare.values()) == sorted(plain.order)
    for name, short in bare.items():
        said = [e.text.replace("zz.", "") for e in prefixed.expressions(name)]
        assert said == [e.text for e in plain.expressions(short)]
        places = [str(e.span) for e in prefixed.expressions(name)]
        assert places == [str(e.span) for e in plain.expressions(short)]
