"""A program is there with errors, too: what has a meaning keeps it, what has none is marked, and nothing is evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.source import SourceFile
from dsl.types.units import Kind
from dsl.workspace.index import Index, source_of
from tests.paths import CASES
from tests.support.survival import LIBRARY, SHIPPED, THESIS, can_be_looked_at

HEAD = """rules h "H"
input growth "Growth" : percent per quarter
input margin "Margin" : percent per quarter
pillar demand "Is there demand?"
"""
INVALID = sorted(p for p in (CASES / "invalid").iterdir() if not p.name.startswith("."))


def checked(text: str) -> Checked:
    return check_file(SourceFile("main.thesis", text), Library(()))


def at(found: Checked, marked: str, nth: int = 0) -> int:
    offset = -1
    for _ in range(nth + 1):
        offset = found.source.text.index(marked, offset + 1)
    return offset


@pytest.mark.parametrize("case", INVALID, ids=lambda p: p.stem)
def test_every_wrong_file_has_a_program_to_look_at(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = case / "main.thesis" if case.is_dir() else case
    monkeypatch.chdir(case if case.is_dir() else tmp_path)
    found = checked(file.read_text("utf-8").partition("# ===")[0])
    can_be_looked_at(found)
    assert (found.program is None) == bool(found.errors)


def test_without_errors_it_is_the_program() -> None:
    found = check_file(SourceFile("alibaba.thesis", THESIS), LIBRARY)
    assert found.program is found.partial
    assert found.partial.broken == ()


def test_a_half_typed_name_breaks_nothing_else() -> None:
    found = check_file(SourceFile("x.thesis", SHIPPED + "\nmetric x = cloud_gr\n"), LIBRARY)
    whole = check_file(SourceFile("x.thesis", SHIPPED + "\nmetric x = cloud_growth\n"), LIBRARY)
    assert [d.code for d in found.errors] == ["T031"]
    assert found.program is None
    assert whole.program is not None
    for name, condition in whole.program.conditions.items():
        assert p.sense(found.partial.conditions[name].when) == p.sense(condition.when)
    assert found.partial.metrics.keys() == whole.program.metrics.keys()
    ref = found.partial.metrics["x"].value
    assert isinstance(ref, p.Ref)
    assert (ref.name, ref.type.kind) == ("cloud_gr", Kind.ANY)


@pytest.mark.parametrize(
    ("text", "keyword", "name", "code"),
    [
        ('bull b "B" on demand when growth >', "bull", "b", "T005"),
        ("metric m = = growth", "metric", "m", "T003"),
        ("override metric m = = 2", "metric", "m", "T003"),
        ("metric m", "metric", "m", "T038"),
        ("param t : percent", "param", "t", "T038"),
        ("kill k by 2027-01-01", "kill", "k", "T038"),
        ('metric "title"', "metric", "", "T003"),
        ('catalyst c "C" on soon expects growth > 1%', "catalyst", "c", "T003"),
        ('verdict v when growth > then "x"', "verdict", "v", "T003"),
    ],
)
def test_what_cannot_be_read_is_a_declaration_all_the_same(text: str, keyword: str, name: str, code: str) -> None:
    found = checked(f"{HEAD}{text}\n")
    (broken,) = found.partial.broken
    assert (broken.keyword, broken.name, broken.type.kind) == (keyword, name, Kind.ANY)
    assert broken.whole.text == text
    assert broken.finding is not None
    assert broken.finding.code == code
    assert broken.finding in found.diagnostics
    assert not name or (broken.span.text == name and found.partial.declared(name) is broken)


def test_a_name_that_was_lost_is_no_second_mistake_and_can_be_looked_at() -> None:
    found = checked(f"{HEAD}metric m = = growth\nmetric n = m * 2\nbull b on demand when m > 5%\n")
    assert [d.code for d in found.errors] == ["T003"]
    index = Index(found)
    use = index.use_at("main.thesis", at(found, "m * 2"))
    assert use is not None
    assert use.name == "m"
    declared = index.declared("m")
    assert isinstance(declared, p.Broken)
    assert declared.whole.text == "metric m = = growth"


def test_what_is_refused_keeps_its_parts() -> None:
    found = checked(f"{HEAD}metric a = growth + demand\nkill k when growth > 2026-01-01 and nope(margin) > 1\n")
    assert [d.code for d in found.errors] == ["T077", "T091", "T032"]
    index = Index(found)
    for marked, nth in (("growth +", 0), ("growth >", 0), ("margin)", 0), ("demand\nkill", 0)):
        first, *_ = index.expressions_at("main.thesis", at(found, marked, nth))
        assert isinstance(first, p.Ref), marked
    inner, *outer = index.expressions_at("main.thesis", at(found, "margin)"))
    assert inner.type.kind is Kind.PERCENT
    assert any(isinstance(each, p.Refused) for each in outer)


def test_the_ends_of_an_expression_belong_to_it() -> None:
    """An editor asks behind the last letter; one column further it is another's place."""
    found = checked(f"{HEAD}metric doubled = growth  * 2\n")
    index, begin = Index(found), at(found, "growth  *")
    for offset, names in ((begin - 1, False), (begin, True), (begin + 6, True), (begin + 7, False)):
        refs = [e for e in index.expressions_at("main.thesis", offset) if isinstance(e, p.Ref)]
        assert bool(refs) == names, offset


def test_names_in_what_cannot_be_read_are_found() -> None:
    found = checked(f"{HEAD}bull b on demand when growth > margin * ) oh\n")
    index = Index(found)
    for name in ("growth", "margin", "demand"):
        use = index.use_at("main.thesis", at(found, name, found.source.text.count(name) - 1))
        assert use is not None
        assert (use.name, use.declares) == (name, False)
        assert use.span.text == name
    assert index.use_at("main.thesis", at(found, ") oh") + 3) is None
    broken = index.declaration_at("main.thesis", at(found, "margin *"))
    assert isinstance(broken, s.Broken)
    assert broken.keyword == "bull"


def test_brackets_are_no_part_of_a_name() -> None:
    found = checked(f"{HEAD}metric m = 2 * ((growth # (growth)\n )) + (margin)\n")
    index = Index(found)
    assert [(u.line, u.text) for u in index.uses("growth")] == [(2, "growth"), (5, "growth")]
    assert [(u.line, u.text) for u in index.uses("margin")] == [(3, "margin"), (6, "margin")]


def test_every_place_of_a_name() -> None:
    text = (
        f'{HEAD}bull b on demand when growth > 5% because "{{growth}} of growth"\n'
        "scenario s assume growth = 1%\nuncertain growth ~ normal(1%, 1pp)\n"
        'example "growth" given growth 1 year ago = 2% expect b is true because growth\n'
    )
    found = checked(text)
    places = Index(found).uses("growth")
    assert len(places) == 7
    assert {place.text for place in places} == {"growth"}
    assert [u for place in places if (u := Index(found).use_at("main.thesis", place.start)) and u.declares] == [
        Index(found).use_at("main.thesis", places[0].start)
    ]
    assert len(Index(found).uses("demand")) == 2


def test_names_of_modules_stand_in_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.thesis").write_text("rules base\nparam least = 5%\nmetric m = least * 2\nmetric broken = = 1\n")
    found = checked("thesis t for X uses base with least = 6%\noverride metric m = least * 3\nmetric n = broken\n")
    index = Index(found)
    assert [(p.source.path, p.line) for p in index.uses("least")] == [
        ("base.thesis", 2), ("base.thesis", 3), ("main.thesis", 1), ("main.thesis", 2),
    ]  # fmt: skip
    broken = index.declared("broken")
    assert isinstance(broken, p.Broken)
    assert broken.origin == "base"
    base = source_of(found, "base.thesis")
    assert base is not None
    assert index.declaration_at("base.thesis", base.text.index("= = 1")) is not None
    assert source_of(found, "none.thesis") is None
