"""Modules: diamonds, overrides that keep what they do not say, drops, `with`, and what the report shows of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.program import program as p
from dsl.text.source import SourceFile

BASE = """rules base "Base"
  asks "Does it grow?"

input growth  "Growth"  : percent per quarter between 0% and 100% stale after 120 days
input revenue "Revenue" : money per quarter
param least "Least growth" = 10% source "House view"
metric doubled "Twice" = growth * 2 tolerance 1pp
metric lonely "Used by nothing but this" = growth / 2
forecast path "Path" for 3 years starts ttm(revenue) then previous * 1.1
pillar demand "Is there demand?"
bull grows "It grows" on demand weight 3 critical
  applies when revenue > 0 when doubled > least because "It grew {growth}."
bear slows "It slows" on demand when growth < least / 2
verdict call "The call" over 6 months when slows then "Out" bearish otherwise "In" bullish
scenario boom "Boom" probability 60% assume growth = 40%
uncertain growth ~ normal(35%, 6pp)
catalyst results "Results" on 2026-08-27 expects growth > 10% because "Said {growth}."
kill over "Over" by 2027-06-30 when growth < 1% because "Fell to {growth}."
example "fast" given growth = 50% expect grows is true
"""
THESIS = 'thesis top "Top" for BABA uses base'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.thesis").write_text(BASE, "utf-8")
    return tmp_path


def checked(text: str) -> Checked:
    return check_file(SourceFile("top.thesis", text), Library(()))


def good(text: str) -> p.Program:
    found = checked(text)
    assert found.errors == []
    assert found.program is not None
    return found.program


def test_a_thesis_takes_all_of_its_module(folder: Path) -> None:
    base = check_file(SourceFile("base.thesis", BASE), Library(())).program
    top = good(THESIS)
    assert base is not None
    for table in (
        "inputs",
        "params",
        "metrics",
        "forecasts",
        "pillars",
        "conditions",
        "verdicts",
        "scenarios",
        "kills",
    ):
        assert list(getattr(top, table)) == list(getattr(base, table))
    assert (top.name, top.ticker, top.asks, top.changes) == ("top", "BABA", "Does it grow?", ())
    assert [m.name for m in top.modules] == ["base"]
    assert top.inputs["growth"].origin == "base"
    assert len(top.examples) == len(top.uncertain) == 1


CHANGES = [
    ("override input growth : percent per quarter optional", "inputs", "growth", "optional"),
    ("override param least = 20%", "params", "least", "value"),
    ('override param least source "Annual letter"', "params", "least", "value"),
    ("override metric doubled = growth * 3", "metrics", "doubled", "value"),
    ('override metric doubled "Two times"', "metrics", "doubled", "title"),
    ("override forecast path for 5 years", "forecasts", "path", "horizon"),
    ('override pillar demand "Is demand there to stay?"', "pillars", "demand", "title"),
    ("override bull grows weight 5", "conditions", "grows", "weight"),
    ("override bull grows applies when growth > 0%", "conditions", "grows", "applies when"),
    ('override bear slows because "It slowed."', "conditions", "slows", "because"),
    ("override verdict call over 1 year", "verdicts", "call", "over"),
    ("override scenario boom probability 30%", "scenarios", "boom", "probability"),
    ("override catalyst results on 2026-11-27", "catalysts", "results", "day"),
    ("override kill over when growth < 2%", "kills", "over", "when"),
]


@pytest.mark.parametrize(("text", "table", "name", "part"), CHANGES, ids=lambda v: v if " " in v else "")
def test_a_partial_override_keeps_what_it_does_not_say(
    folder: Path, text: str, table: str, name: str, part: str
) -> None:
    before, after = good(THESIS), good(f"{THESIS}\n{text}\n")
    (change,) = after.changes
    assert (change.action, change.name, change.part, change.module) == ("override", name, part, "base")
    assert change.was != change.now
    old, new = getattr(before, table)[name], getattr(after, table)[name]
    fields = {"value": {"versions", "value", "type", "shown"}, "horizon": {"steps", "unit"}, "over": {"horizon"},
              "applies when": {"applies"}}.get(part, {part}) | {"span"}  # fmt: skip
    told = {f for f in type(old).__dataclass_fields__ if comparable(getattr(old, f)) != comparable(getattr(new, f))}
    assert told - {"span"}, "the override did nothing"
    assert told <= fields
    for other in set(getattr(before, table)) - {name}:
        assert comparable(getattr(before, table)[other]) == comparable(getattr(after, table)[other])


def comparable(value: object) -> object:
    """A part of a program without its places."""
    if isinstance(value, p.Expr):
        return value.text
    if isinstance(value, tuple):
        return tuple(comparable(v) for v in value)
    if isinstance(value, dict):
        return {k: comparable(v) for k, v in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {f: comparable(getattr(value, f)) for f in value.__dataclass_fields__ if f != "span"}
    return value


def test_a_new_value_does_not_keep_the_old_source(folder: Path) -> None:
    assert good(THESIS).params["least"].versions[0].source == "House view"
    assert good(f"{THESIS}\noverride param least = 20%\n").params["least"].versions[0].source is None
    changed = good(f'{THESIS}\noverride param least source "Letter"\n').params["least"].versions[0]
    assert (changed.source, changed.value.text) == ("Letter", "10%")


def test_override_of_a_distribution(folder: Path) -> None:
    top = good(f"{THESIS}\noverride uncertain growth ~ uniform(1%, 2%)\n")
    assert [(u.distribution, u.figures) for u in top.uncertain] == [("uniform", (0.01, 0.02))]


NOTHING = [
    "override input growth : percent per quarter", "override param least = 10%", "override metric doubled = growth*2",
    "override forecast path for 3 years", 'override pillar demand "Is there demand?"', "override bull grows weight 3.0 critical",
    "override verdict call over 6 months", "override scenario boom probability 60%", "override kill over by 2027-06-30",
    "override uncertain growth ~ normal(35%, 6pp)", "override catalyst results on 2026-08-27", "override bear slows",
]  # fmt: skip


@pytest.mark.parametrize("text", NOTHING)
def test_an_override_that_changes_nothing_is_an_error(folder: Path, text: str) -> None:
    assert [d.code for d in checked(f"{THESIS}\n{text}\n").diagnostics] == ["T034"]


@pytest.mark.parametrize("text", ["drop metric lonely", "drop lonely", "drop bull grows", "drop bear slows\ndrop verdict call",
                                  "drop scenario boom", "drop catalyst results", "drop kill over", "drop forecast path",
                                  "drop uncertain growth"])  # fmt: skip
def test_drop(folder: Path, text: str) -> None:
    found = checked(f"{THESIS}\n{text}\n")
    expected = ["T031"] if text == "drop bull grows" else []  # the module's example still speaks of it
    assert [d.code for d in found.errors] == [c.replace("T031", "T037") for c in expected]
    if found.program is not None:
        assert {(c.action, c.part, c.now) for c in found.program.changes} == {("drop", "all of it", None)}
        dropped = text.split()[-1]
        assert dropped == "growth" or dropped not in found.program.order
        assert not (dropped == "growth" and found.program.uncertain)


def test_with_sets_params_as_an_override_does(folder: Path) -> None:
    top = good(f"{THESIS} with least = 20%\n")
    assert [(c.action, c.name, c.was, c.now) for c in top.changes] == [("with", "least", "10% (House view)", "20%")]
    assert top.params["least"].versions[0].value.text == "20%"


def test_diamond(folder: Path) -> None:
    for side in ("left", "right"):
        text = f'rules {side} "{side}" uses base\nkill {side}_out when growth < least\n'
        (folder / f"{side}.thesis").write_text(text, "utf-8")
    top = good('thesis top "Top" for BABA uses left, right\nkill mine when lonely < 1%\n')
    assert [m.name for m in top.modules] == ["base", "left", "right"]
    assert list(top.kills) == ["over", "left_out", "right_out", "mine"]
    assert len(top.examples) == len(top.uncertain) == 1


def test_diamond_whose_sides_differ_says_so(folder: Path) -> None:
    (folder / "left.thesis").write_text('rules left "L" uses base\noverride param least = 20%\n', "utf-8")
    (folder / "right.thesis").write_text('rules right "R" uses base\noverride param least = 30%\n', "utf-8")
    found = checked('thesis top "Top" for BABA uses left, right\n')
    assert [d.code for d in found.diagnostics] == ["T113"]
    assert found.diagnostics[0].span is not None
    assert found.diagnostics[0].span.text == "right"


def test_errors_of_a_shared_module_are_told_once(folder: Path) -> None:
    (folder / "base.thesis").write_text('rules base "B"\nmetric a = 1 +\nkill k when b < 1\n', "utf-8")
    for side in ("left", "right"):
        (folder / f"{side}.thesis").write_text(f'rules {side} "{side}" uses base\n', "utf-8")
    found = checked('thesis top "Top" for BABA uses left, right\nkill mine when a < nothing_known\n')
    assert [d.code for d in found.diagnostics] == ["T003", "T031", "T031"]


def test_a_module_that_uses_itself(folder: Path) -> None:
    (found,) = checked('rules top "Top" uses top\n').diagnostics
    assert found.code == "T026"
    assert "top → top" in found.message


def test_the_folder_of_the_file_comes_before_the_library(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "library"
    other.mkdir()
    (other / "base.thesis").write_text('rules base "Other"\n', "utf-8")
    (other / "extra.thesis").write_text('rules extra "Extra"\n', "utf-8")
    library = Library((other,))
    assert library.names() == ["base", "extra"]
    assert library.find("none") is None
    found = check_file(SourceFile("top.thesis", THESIS + ", extra\n"), library)
    assert found.errors == []
    assert found.program is not None
    assert {m.name: m.title for m in found.program.modules} == {"base": "Base", "extra": "Extra"}


@pytest.mark.parametrize(
    ("module", "code"),
    [("metric m = 1\n", "T020"), ("# \u202e\n" + BASE, "T016"), ("# nothing\n", "T002"), ("((((\n", "T003")],
)
def test_a_module_without_a_header_is_a_finding(folder: Path, module: str, code: str) -> None:
    (folder / "base.thesis").write_text(module, "utf-8")
    assert code in {d.code for d in checked(THESIS).errors}
