"""One root cause gives one error: each single mistake put into rules that are right, and exactly one error comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.diagnostics import Diagnostic, to_text
from dsl.text.source import SourceFile
from tests.paths import ROOT

RULES = ROOT / "rules"
VALID = sorted(p for p in (ROOT / "tests" / "cases" / "valid").glob("*.thesis") if not re.match(r"T\d\d\d_", p.name))
"""Those that show the language; the mended cases are too small to have anything follow from a mistake."""
PROGRAMS = {p.stem: p.read_text("utf-8") for p in [RULES / "ai_infrastructure.thesis", *VALID]}
_DECLARED = re.compile(r"^(input|param|metric|forecast|pillar|verdict|bull|bear) +([a-z0-9_]+)", re.M)


def errors(text: str, module: str | None = None, folder: Path | None = None) -> list[Diagnostic]:
    """The errors of a text; `module` is the text of the module it uses."""
    if module is not None:
        assert folder is not None
        (folder / "ai_infrastructure.thesis").write_text(module, encoding="utf-8")
    found = check_file(SourceFile("main.thesis", text), Library((folder,) if folder else (RULES,)))
    return found.errors


def once(found: list[Diagnostic], *codes: str) -> None:
    """Exactly one error, of one of these codes."""
    shown = "\n\n".join(to_text(d) for d in found)
    assert len(found) == 1, f"{len(found)} errors:\n{shown}"
    assert found[0].code in codes, shown


def used(text: str, name: str) -> int:
    """How often a name stands in a text outside quotes, but for its declaration."""
    bare = re.sub(r'"[^"\n{]*"|#.*', "", text)
    return len(re.findall(rf"\b{name}\b", bare)) - 1


def cases(pattern: str) -> Iterator[tuple[str, str]]:
    """Each program with each name that is declared with one of these words and used more than once."""
    for program, text in PROGRAMS.items():
        for keyword, name in _DECLARED.findall(text):
            if (
                keyword in pattern.split()
                and used(text, name) > 0
                and len(re.findall(rf"^\w+ +{name}\b", text, re.M)) == 1
            ):
                yield program, name


@pytest.mark.parametrize(("program", "name"), list(cases("input param metric forecast pillar verdict")))
def test_a_name_misspelt_where_it_is_declared(program: str, name: str) -> None:
    text = re.sub(rf"^(\w+ +){name}\b", rf"\g<1>{name}zz", PROGRAMS[program], count=1, flags=re.M)
    once(errors(text), "T031")


@pytest.mark.parametrize(("program", "name"), list(cases("metric")))
def test_a_metric_that_cannot_be_read(program: str, name: str) -> None:
    text = re.sub(rf"^(metric +{name}\b[^=\n]*)=", r"\g<1>= * ", PROGRAMS[program], count=1, flags=re.M)
    if text != PROGRAMS[program]:
        once(errors(text), "T003")


@pytest.mark.parametrize(("program", "name"), list(cases("input")))
def test_an_input_without_its_type(program: str, name: str) -> None:
    text = re.sub(
        rf'^(input +{name} +("[^"\n]*")?)\s*:[^\n]*(?:\n +[^\n]*)*', r"\g<1>", PROGRAMS[program], count=1, flags=re.M
    )
    found = errors(text)
    once(found, "T038")


@pytest.mark.parametrize(("program", "name"), list(cases("metric")))
def test_a_metric_without_its_formula(program: str, name: str) -> None:
    text = re.sub(
        rf'^(metric +{name} +("[^"\n]*")?)[^"]*?(?=^\w|\n\n|\Z)', r"\g<1>\n", PROGRAMS[program], count=1, flags=re.M
    )
    if text != PROGRAMS[program]:
        once(errors(text), "T038")


@pytest.mark.parametrize(("program", "name"), list(cases("metric param")))
def test_a_name_that_is_not_there_in_one_formula(program: str, name: str) -> None:
    """A factor before a formula; a question before the first of a value by cases. A day has no factor."""
    head = rf"^((?:metric|param) +{name}\b[^=\n]*=)"
    cases = re.sub(rf"{head} *if ", r"\g<1> if nothing_such > 1 and ", PROGRAMS[program], count=1, flags=re.M)
    factor = re.sub(rf"{head}(?! *(?:if |add_months))", r"\g<1> nothing_such *", PROGRAMS[program], count=1, flags=re.M)
    text = cases if cases != PROGRAMS[program] else factor
    if text != PROGRAMS[program]:
        once(errors(text), "T031")


WRONG = {
    "money": "percent",
    "percent": "money",
    "multiple": "money",
    "count": "money",
    "number": "money",
    "flag": "text",
}
_TYPED = re.compile(r'^input +([a-z0-9_]+) +(?:"[^"\n]*")? *: *(money|percent|multiple|count|number|flag)\b', re.M)


def typed() -> Iterator[tuple[str, str, str]]:
    for program, text in PROGRAMS.items():
        for name, kind in _TYPED.findall(text):
            if kind not in (
                "number",
                "count",
            ):  # a figure without its sign is a mistake at its own place, however often it is made
                yield program, name, kind


@pytest.mark.parametrize(("program", "name", "kind"), list(typed()))
def test_an_input_of_the_wrong_type(program: str, name: str, kind: str) -> None:
    wrong = WRONG[kind]
    text = re.sub(rf'^(input +{name} +(?:"[^"\n]*")? *: *){kind}\b( in [A-Z]+)?', rf"\g<1>{wrong}", PROGRAMS[program],
                  count=1, flags=re.M)  # fmt: skip
    found = errors(text)
    assert len(found) <= 1, "\n\n".join(to_text(d) for d in found)


@pytest.mark.parametrize("program", [n for n, t in PROGRAMS.items() if t.startswith(("rules", "thesis", "#"))])
def test_a_header_that_cannot_be_read(program: str) -> None:
    text = re.sub(r"^(rules|thesis) ", "rulez ", PROGRAMS[program], count=1, flags=re.M)
    found = errors(text)
    assert len(found) == 1, "\n\n".join(to_text(d) for d in found)


THESIS = (RULES / "alibaba.thesis").read_text("utf-8")
MODULE = PROGRAMS["ai_infrastructure"]


def test_a_module_that_cannot_be_read(tmp_path: Path) -> None:
    once(errors(THESIS, MODULE.replace("input", "inputt", 1), tmp_path), "T003")
    once(errors(THESIS, "\0", tmp_path), "T001")


def test_a_module_that_is_not_there(tmp_path: Path) -> None:
    once(errors(THESIS, None, tmp_path), "T025")


@pytest.mark.parametrize(
    "name", [n for k, n in _DECLARED.findall(MODULE) if k != "bull" and k != "bear" and used(MODULE, n) > 0]
)
def test_a_dropped_name(name: str, tmp_path: Path) -> None:
    found = errors(f'thesis t "T" for BABA uses ai_infrastructure\ndrop {name}\n', MODULE, tmp_path)
    once(found, "T037")


def test_a_misspelling_used_twenty_times_is_one_error_with_three_further_places() -> None:
    kills = "".join(f'kill k{n} "K" when grwth < {n + 1}%\n' for n in range(20))
    found = errors(f'rules r "R"\ninput growth "G" : percent\nkill k "K" when growth < 5%\n{kills}')
    once(found, "T031")
    assert [label.text for label in found[0].labels] == ["here too", "here too", "here too, and in 16 more places"]
    assert found[0].span is not None
    assert [found[0].span.line, *(label.span.line for label in found[0].labels)] == [4, 5, 6, 7]


def test_a_wrong_type_that_many_places_contradict_is_said_where_it_was_declared() -> None:
    wrong = re.sub(r'^(input revenue +"[^"\n]*" *: )money', r"\g<1>percent", MODULE, flags=re.M)
    assert wrong != MODULE
    found = errors(wrong)
    once(found, "T095")
    assert found[0].hint == "declare it `: money per quarter`"
    assert len(found[0].labels) == 3


def test_two_mistakes_about_one_name_stay_two_where_no_type_would_mend_both() -> None:
    head = 'rules r "R"\ninput sales "S" : money per quarter\ninput growth "G" : percent per quarter\n'
    fine = "kill fine when sales > 5bn CNY and growth > 5%\n"
    found = errors(f"{head}{fine}metric a = sales + growth\nkill k when sales > growth\nkill l when a > 5bn CNY\n")
    assert [d.code for d in found] == ["T069", "T062"]


def test_a_quarter_that_meets_a_year_says_nothing_of_what_a_name_is() -> None:
    text = """rules main "M"
input sales "Sales" : money per quarter
input cost "Cost" : money per quarter
metric share = sales / ttm(cost)
metric root = sqrt(0 - sales)
"""
    assert [d.code for d in errors(text)] == ["T070", "T066"]


def test_figures_without_their_sign_are_each_their_own_mistake() -> None:
    found = errors('rules r "R"\ninput growth "G" : percent\nkill k when growth > 38\nkill l when growth < 5\n')
    assert [(d.code, d.hint) for d in found] == [("T071", "write `38%`"), ("T071", "write `5%`")]


def test_an_override_of_another_unit_is_said_once_at_the_override(tmp_path: Path) -> None:
    (tmp_path / "m.thesis").write_text(
        'rules m "M"\ninput growth "G" : percent\nparam strong "S" = 25%\n'
        "kill a when growth > strong\nkill b when growth < strong / 2\nkill c when growth between strong and 90%\n",
        encoding="utf-8",
    )
    main = SourceFile("main.thesis", 'thesis t "T" for X uses m\noverride param strong = 30\n')
    found = check_file(main, Library((tmp_path,))).errors
    once(found, "T095")
    assert found[0].span is not None
    assert (found[0].span.source.path, found[0].hint) == ("main.thesis", "write `30%`")
