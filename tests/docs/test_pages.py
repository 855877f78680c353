"""Every code has a page, its wrong example gives that code and nothing else, its right one gives nothing."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.layout import format as layout
from dsl.link.load import Library
from dsl.text.diagnostics import Diagnostic
from dsl.text.page import ExampleFile, PageError, parse_page
from dsl.text.source import SourceFile
from evaluator.checkup.audit import audit
from evaluator.codes import pages_of_codes as codes
from evaluator.commands.main import thesis
from evaluator.known.bind import bind
from evaluator.readers.load import load, read_company
from evaluator.render.languages.translation import ruled, speech
from evaluator.render.outlook.look import looked, read_look
from evaluator.session import service
from tests.conftest import Golden
from tests.docs.blocks import ROOT
from tests.evaluator.report.test_golden import RULES, report
from tests.support.books import lay
from tests.support.command_line import RUNNER

PAGES = sorted([*(ROOT / "dsl/text/pages").iterdir(), *(ROOT / "evaluator/codes/pages").iterdir()])
MAX_LINES, MAX_WIDTH = 70, 125
LONG_FIGURE = {"T010"}
"""Pages that show a figure which is longer than a line."""
BROKEN = {"T018"}
"""Pages of mistakes that only the program can make: their wrong example runs with a layout that loses comments."""
BESIDE = {"T014": {"T031"}, "P010": {"P007"}}
"""Codes that come with another, which nothing could do without."""
HOUSE = {"C031", "C032"}
"""Pages on a house style: their YAML is one, and no facts file."""
TRANSLATIONS = {"C034"}
"""Pages on a translation of rules: their YAML is one."""
ODD = {f"F{n:03d}" for n in (*range(30, 40), *range(50, 59), 62, 63, 82)}
"""What `thesis facts check` finds, beyond what makes a fact unusable; on this day:"""
DAY = dt.date(2026, 5, 14)
_COUNTED = re.compile(r"(?m)^(?P<line>.*_1\b.*)\n# … and so on, up to (?P<last>\d+)$")


def whole(text: str) -> str:
    """An example with what it leaves out: `# … and so on, up to 1001` repeats the line before it, counted."""
    return _COUNTED.sub(
        lambda m: "\n".join(re.sub(r"_1\b", f"_{n}", m["line"]) for n in range(1, int(m["last"]) + 1)), text
    )


def rules_codes(files: tuple[ExampleFile, ...]) -> list[str]:
    """What the checker says about an example that lies in the folder where we stand."""
    (main,) = (file for file in files if file.name is None)
    return [d.code for d in check_file(SourceFile("main.thesis", whole(main.text)), Library(())).diagnostics]


def facts_codes(files: tuple[ExampleFile, ...]) -> list[str]:
    """What the reader of facts says, and, where the example shows rules as well, what comes of binding them."""
    (main,) = (file for file in files if file.name is None)
    company, read = read_company(SourceFile("EXMPL.yaml", main.text))
    found: list[Diagnostic] = list(read)
    for file in files:
        if file.language == "thesis" and company is not None:
            checked = check_file(SourceFile(file.name or "", file.text), Library(()))
            assert checked.program is not None
            found += [*checked.diagnostics, *bind(checked.program, company).diagnostics]
            found += [d for d in audit(checked.program, company, DAY) if d.code in ODD]
    return [d.code for d in found]


def console_codes(files: tuple[ExampleFile, ...]) -> list[str]:
    """What commands say, run from the root of the checkout; a command that fails without a code fails the test."""
    found: list[str] = []
    for line in files[0].text.splitlines():
        assert line.startswith("$ thesis "), line
        ran = RUNNER.invoke(thesis, shlex.split(line)[2:], prog_name="thesis", catch_exceptions=False)
        said = re.findall(r"(?m)^(error|warning)\[([A-Z]\d{3})\]: ", ran.stderr)
        assert bool(ran.exit_code) == any(word == "error" for word, _ in said), ran.output
        found += [code for _, code in said]
    return found


def proof_codes(files: tuple[ExampleFile, ...]) -> list[str]:
    """What `thesis prove` says about rules that the checker has nothing against but warnings."""
    (main,) = files
    Path("main.thesis").write_text(main.text, encoding="utf-8")
    ran = RUNNER.invoke(thesis, ["prove", "main.thesis", "--budget", "2"], prog_name="thesis", catch_exceptions=False)
    said = re.findall(r"(?m)^(error|warning)\[([A-Z]\d{3})\]: ", ran.stdout)
    assert ("all proven" in ran.stdout) == (ran.exit_code == 0), ran.output
    assert {(word, code) for word, code in said} == {(codes.severity(code), code) for _, code in said}
    return [code for _, code in said]


HEAD = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"
ENDINGS = {"csv": "csv", "sheet": "xlsx", "json": "json"}


def table_codes(files: tuple[ExampleFile, ...]) -> list[str]:
    """What reading a table says, together with the YAML files beside it; a head is there where the example has none."""
    laid = {f.name or f"facts.{ENDINGS[f.language]}": f.text for f in files}
    laid.setdefault("EXMPL.yaml", HEAD)
    paths = lay(Path(), laid)
    return [d.code for d in load(paths, "EXMPL")[1]]


def look_codes(files: tuple[ExampleFile, ...]) -> list[str]:
    """What is said of an analyst's templates and house style, and of the memo in them."""
    (main,) = (file for file in files if file.name is None)
    name = "memo.md.j2" if main.language == "jinja" else "house.yaml"
    Path(name).write_text(main.text, encoding="utf-8")
    look, found = read_look(Path(), None)
    page = looked(report("alibaba", "2026-05-14"), "md", look) if look is not None else ""
    return [d.code for d in (*found, page) if isinstance(d, Diagnostic)]


JUDGES = {"thesis": rules_codes, "yaml": facts_codes, "console": console_codes, "jinja": look_codes} | dict.fromkeys(
    ENDINGS, table_codes
)


def given(code: str, files: tuple[ExampleFile, ...], folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that an example gives: of a code of proofs those that a proof gives."""
    (language,) = {file.language for file in files if file.name is None}
    monkeypatch.chdir(ROOT if language == "console" else folder)
    for file in files:
        if file.name is not None:
            (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.name).write_text(file.text, encoding="utf-8")
    if code in TRANSLATIONS:
        (Path("alibaba.zh.yaml")).write_text(files[0].text, encoding="utf-8")
        checked = check_file(SourceFile.read(ROOT / "rules/alibaba.thesis"), RULES)
        return [d.code for d in speech("zh", Path("alibaba.thesis"), ruled(service.program_of(checked)))[1]]
    if code in HOUSE:
        return look_codes(files)
    return proof_codes(files) if code[0] == "P" else JUDGES[language](files)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {p.name for p in PAGES} == {f"{code}.md" for code in codes.MESSAGES}
    assert all(codes.path(code).is_file() for code in codes.MESSAGES)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_the_wrong_example_gives_the_code_alone(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = parse_page(path.read_text("utf-8"))
    if page.code in BROKEN:
        whole_layout = layout.lay_out
        monkeypatch.setattr(layout, "lay_out", lambda source: re.sub("(?m)#.*$", "#", whole_layout(source)))
    if page.code in ("C006", "C007", "C008"):
        monkeypatch.setattr(service, "find_spec", lambda name: None)
    found = given(page.code, page.wrong, tmp_path, monkeypatch)
    assert found[-1:] == [page.code]
    assert set(found) - BESIDE.get(page.code, set()) == {page.code}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_the_right_example_gives_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = parse_page(path.read_text("utf-8"))
    assert given(page.code, page.right, tmp_path, monkeypatch) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_pages_are_short_and_plain(path: Path) -> None:
    text = path.read_text("utf-8")
    page = parse_page(text)
    assert page.code == path.stem
    assert page.wrong != page.right
    assert not page.sentence.endswith(".")
    assert len(text.splitlines()) <= MAX_LINES
    wide = [line for line in text.splitlines() if len(line) > MAX_WIDTH]
    assert page.code in LONG_FIGURE or not wide, wide
    jargon = {"token", "parse", "parser", "exception", "null", "boolean", "identifier", "syntax", "integer", "foo"}
    assert not set(re.findall(r"[a-z]+", text.lower())) & jargon


def test_no_two_pages_say_the_same() -> None:
    pages = [parse_page(p.read_text("utf-8")) for p in PAGES]
    for part in ("sentence", "meaning", "wrong", "right"):
        texts = [getattr(page, part) for page in pages]
        twice = [page.code for page, text in zip(pages, texts, strict=True) if texts.count(text) > 1]
        assert not twice or part == "right", (part, twice)


def test_the_index_of_all_codes(golden: Golden) -> None:
    lines = [
        "# Mistakes: every code",
        "",
        "What each code means; its page has a wrong and a right example. `thesis check --explain T060` prints the page.",
    ]
    for letter, title in codes.FAMILIES.items():
        lines += ["", f"## {title}", "", "| code | | |", "| --- | --- | --- |"]
        for code in (c for c in codes.MESSAGES if c[0] == letter):
            link = codes.path(code).relative_to(ROOT).as_posix()
            lines.append(f"| [{code}](../{link}) | {codes.severity(code)} | {codes.sentence(code)} |")
    golden(ROOT / "docs" / "mistakes.md", "\n".join(lines) + "\n")


PAGE = "# T060: a sentence\n\nIt means this.\n\nWrong:\n\n```thesis\na\n```\n\nRight:\n\n```thesis\nb\n```\n"


def test_a_page_is_read() -> None:
    page = parse_page(PAGE.replace("a\n```", "a\n\nc\n```\n\n```thesis cloud.thesis\nd\n```"))
    assert (page.code, page.sentence, page.meaning) == ("T060", "a sentence", "It means this.")
    assert page.wrong == (ExampleFile("thesis", None, "a\n\nc\n"), ExampleFile("thesis", "cloud.thesis", "d\n"))
    assert page.right == (ExampleFile("thesis", None, "b\n"),)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# T060", "T060", "begins with"),
        (": a sentence", ":", "begins with"),
        ("It means this.\n", "", "does not say what"),
        ("Right:", "Right", "`Wrong:` and then `Right:`"),
        ("Wrong:", "Right:", "`Wrong:` and then `Right:`"),
        ("```thesis\nb", "```python\nb", "only blocks of thesis, yaml, console, csv, sheet, json, jinja"),
        ("b\n```", "b", "never closed"),
        ("```thesis\nb", "```thesis b.thesis\nb", "the main one"),
        ("```thesis\nb", "words\n```thesis\nb", "only blocks"),
    ],
)
def test_a_page_that_is_not_written_as_pages_are_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(PageError, match=re.escape(words)):
        parse_page(PAGE.replace(old, new))
