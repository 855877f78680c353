"""`thesis check` on folders and pipes, for GitHub, and the page of a code."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from dsl.text.diagnostics import Diagnostic, Label, Severity
from dsl.text.source import SourceFile
from evaluator.codes import pages_of_codes as codes
from evaluator.codes.annotations import annotation
from tests.conftest import Golden
from tests.paths import ROOT
from tests.support.command_line import RULES, Ran, call, program, refused

WRONG = """\
rules wrong "Wrong"
metric a = nothing
metric a = 1
input share : percent between 0% and 100%
scenario more "More than all" assume share = 130%
"""


def unhashed(out: str) -> str:
    """What `check` says without the hash of the rules and the files of modules."""
    return re.sub(r"(?m)^  \S+: .*\n", "", re.sub(r", rules [0-9a-f]{12}$", "", out, flags=re.M))


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


# --- folders ------------------------------------------------------------------------------------------


def test_a_folder_is_checked_with_all_below_it(here: Path) -> None:
    write(here / "rules" / "a.thesis", RULES)
    write(here / "rules" / "deep" / "wrong.thesis", WRONG)
    write(here / "rules" / "deep" / "notes.txt", "nothing")
    write(here / "rules" / ".git" / "hidden.thesis", WRONG)
    ran = call("check", "rules")
    assert ran.status == 1
    assert [line.partition(": ")[0] for line in ran.out.splitlines()] == [
        os.path.join("rules", "a.thesis"),
        os.path.join("rules", "deep", "wrong.thesis"),
    ]
    both = call("check", "rules/", "small")
    assert unhashed(both.out).splitlines() == [*unhashed(ran.out).splitlines(), "small.thesis: no errors"]
    assert call("check", ".").out.count("\n") == 3


def test_a_name_of_the_library_goes_before_a_folder_of_that_name(here: Path) -> None:
    write(here / "small" / "wrong.thesis", WRONG)
    assert unhashed(call("check", "small").out) == "small.thesis: no errors\n"
    assert call("check", "small/").status == 1


def test_a_folder_without_rules_is_wrong_use(here: Path) -> None:
    (here / "empty").mkdir()
    ran = call("check", "empty", "small")
    assert (ran.status, unhashed(ran.out)) == (2, "empty: 1 error\nsmall.thesis: no errors\n")
    assert "there are no rule files in this folder or below it" in ran.err


def test_a_folder_that_cannot_be_read_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "rules" / "a.thesis", RULES)
    write(here / "rules" / "shut" / "b.thesis", RULES)
    real = os.scandir

    def scandir(path: str) -> object:
        if os.fspath(path).endswith("shut"):
            raise PermissionError(13, "no right", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    ran = call("check", "rules")
    assert ran.status == 2
    assert "this folder cannot be read" in ran.err
    assert f"{os.path.join('rules', 'a.thesis')}: no errors\n" in unhashed(ran.out)


# --- a pipe -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "out"),
    [
        (RULES.encode(), 0, "<stdin>: no errors\n"),
        (b"\xef\xbb\xbf" + RULES.replace("\n", "\r\n").encode(), 0, "<stdin>: no errors\n"),
        (b'thesis big "Big" for ACME uses small\n', 0, "<stdin>: no errors\n"),
        (WRONG.encode(), 1, "<stdin>: 3 errors\n"),
        (b"", 1, "<stdin>: 1 error\n"),
        (b"\xff\xfe\x00", 2, "<stdin>: 1 error\n"),
        (b"# " * 5_000_000, 2, "<stdin>: 1 error\n"),
    ],
    ids=["rules", "mark and newlines", "uses a module here", "mistakes", "nothing", "no text", "ten megabytes"],
)
def test_what_is_piped_in_is_checked(text: bytes, status: int, out: str, here: Path) -> None:
    ran = program("check", "-", cwd=here, stdin=text)
    assert (ran.status, unhashed(ran.out)) == (status, out), ran.err
    assert ("<stdin>" in ran.err) == (status > 0)


def test_a_pipe_can_be_read_only_once() -> None:
    refused(call("check", "-", "-"), 2, "only once")


# --- GitHub -------------------------------------------------------------------------------------------


def test_annotations_word_for_word(here: Path, golden: Golden) -> None:
    write(here / "rules" / "100%, or more.thesis", WRONG)
    write(here / "rules" / "idle.thesis", 'rules idle "Idle"\nmetric grossMargin = 1\n')
    write(here / "rules" / "twice.thesis", 'rules twice "Twice"\nrules again\n  "Again"\n')
    ran = call("check", "--format", "github", "rules", "small", "none.thesis", "alibba")
    assert ran.status == 2
    golden(ROOT / "tests" / "golden" / "check_github.txt", ran.out)
    assert re.fullmatch(r"\d+ errors, \d+ warnings?\n", ran.err)


def test_nothing_found_gives_no_annotation() -> None:
    assert call("check", "small", "--format", "github") == Ran(0, "", "")


def test_files_are_named_from_here_however_they_were_given(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "rules" / "wrong.thesis", WRONG)
    for name in ("rules/wrong.thesis", "wrong", "./rules/../rules", str(here / "rules" / "wrong.thesis")):
        out = call("check", "--format", "github", name).out
        assert out
        assert all("file=rules/wrong.thesis," in line for line in out.splitlines())
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    assert "file=../rules/wrong.thesis," in call("check", "--format", "github", "../rules").out


def test_what_steers_a_workflow_is_escaped() -> None:
    """A title or a file name cannot end the command or begin another."""
    source = SourceFile("a:b,c%\r\nd.thesis", "one\ntwo\n")
    spans = source.span(0, 2), source.span(1, 6)
    label = Label(spans[1], "50%\n::error::x")
    found = [Diagnostic("T031", Severity.ERROR, "no `100%`\r\n::warning::y", s, "1, 2: 3", (label,)) for s in spans]
    name = "a%3Ab%2Cc%25%0D%0Ad.thesis"
    text = "no `100%25`%0D%0A::warning::y%0Aa:b,c%25%0D%0Ad.thesis:1: 50%25%0A::error::x%0Amend: 1, 2: 3"
    assert [annotation(d, "/nowhere") for d in found] == [
        f"::error file={name},line=1,endLine=1,col=1,endColumn=3,title=T031::{text}",
        f"::error file={name},line=1,endLine=2,title=T031::{text}",
    ]
    bare = Diagnostic("C002", Severity.WARNING, "what")
    assert annotation(bare, "/nowhere") == "::warning title=C002::what"


def test_control_characters_reach_no_log(here: Path) -> None:
    write(here / "esc.thesis", 'rules esc "E"\nexample "slow\x1b[31m" given growth = 5%\n')
    assert "U+001B" in call("check", "esc", "--format", "github").out
    out = call("check", "esc\x1b[31m", "--format", "github").out
    assert "there are no rules `esc␛[31m`" in out
    assert "\x1b" not in out


LAST = ", ".join([code for code in codes.MESSAGES if code[0] == "T"][-3:])


# --- the page of a code -------------------------------------------------------------------------------


def test_the_page_of_a_code(golden: Golden) -> None:
    ran = call("check", "--explain", "T061")
    assert (ran.status, ran.err) == (0, "")
    golden(ROOT / "tests" / "golden" / "check_explain_T061.txt", ran.out)


@pytest.mark.parametrize("code", codes.MESSAGES)
def test_every_code_has_its_page_in_any_spelling(code: str) -> None:
    pages = {call("check", "--explain", typed).out for typed in (code, code.lower(), f" error[{code}]: ")}
    assert len(pages) == 1
    (page,) = pages
    assert page.startswith(f"{code} ({codes.severity(code)}): {codes.sentence(code)}\n\n")
    assert page.count("\nWrong:\n\n") == page.count("\nRight:\n\n") == 1
    assert "```" not in page


def test_files_of_an_example_are_named() -> None:
    assert "\n  cloud.thesis:\n\n    rules cloud" in call("check", "--explain", "T025").out


@pytest.mark.parametrize("args", [("--explain",), ("--explain", "all"), ("--explain", "ALL"), ("--explain=all",)])
def test_all_codes_are_listed(args: tuple[str, ...]) -> None:
    ran = call("check", *args)
    assert (ran.status, ran.err) == (0, "")
    assert re.findall(r"(?m)^  ([A-Z]\d{3})  \S", ran.out) == list(codes.MESSAGES)
    assert "  T080  a name is never used (warning)\n" in ran.out


def test_pages_as_json() -> None:
    (one,) = json.loads(call("check", "--explain", "t025", "--format", "json").out)["codes"]
    assert (one["code"], one["severity"]) == ("T025", "error")
    assert [(f["language"], f["name"]) for f in one["wrong"]] == [("thesis", None), ("thesis", "cloud.thesis")]
    found = json.loads(call("check", "--explain", "--format", "json").out)["codes"]
    assert [c["code"] for c in found] == list(codes.MESSAGES)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("T999", ("there is no code `T999`", f"did you mean {LAST}?", "lists all codes")),
        ("F003x", ("there is no code `F003x`", "mend: `thesis check --explain` lists all codes")),
        ("t14", ("did you mean T014?",)),
        ("T57", ("did you mean T055, T056, T058?",)),
        ("X001", ("there is no code `X001`", "mend: `thesis check --explain` lists all codes")),
        ("nonsense", ("mend: `thesis check --explain` lists all codes",)),
        ("", ("there is no code ``",)),
        ("rules/alibaba.thesis", ("there is no code",)),
        ("T٠٦٠", ("there is no code",)),
    ],
)
def test_a_code_that_is_none(typed: str, words: tuple[str, ...]) -> None:
    refused(call("check", "--explain", typed), 2, "error[C002]", *words)


def test_explaining_checks_nothing() -> None:
    refused(call("check", "--explain", "T060", "small"), 2, "leave RULES out")
    refused(call("check", "--explain", "T060", "--format", "github"), 2, "text or json")
    refused(call("check"), 2, "name what to check")


def test_the_last_word_names_the_page_of_the_first_finding(here: Path) -> None:
    write(here / "idle.thesis", 'rules idle "Idle"\ninput late : flag\nkill k when late\nmetric margin = 1\n')
    ran = call("check", "idle")
    assert (ran.status, unhashed(ran.out)) == (0, "idle.thesis: no errors\n")
    assert ran.err.endswith("\n1 warning\n`thesis check --explain T080` says more\n")
    write(here / "wrong.thesis", WRONG)
    assert call("check", "idle", "wrong").err.count("says more") == 1
    for form in ("json", "github"):
        assert "says more" not in call("check", "idle", "--format", form).err
