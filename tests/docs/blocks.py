"""What the documentation shows, and whether it is so: commands run, rules check, facts load, links lead somewhere.

A block whose first fence says no more than its language stands for itself, but for Python: the blocks of a page are run
one after the other in one session (`run_python`), as a reader types them. One that names a file (```thesis my.thesis)
is that file's text, one with `>>` before the name is added at its end, and a `diff` changes it: pages with such blocks
are run from top to bottom in their own folder (`run_page`), where the reader would have done the same.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from dsl.check.checker import check_file
from dsl.syntax.parse import parse
from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from evaluator.commands.main import COMMANDS, thesis
from evaluator.facts.yamltree import read_yaml
from evaluator.readers.filings.companyfacts import read_mapping
from evaluator.readers.layouts.mapping_file import read_layout
from evaluator.readers.load import load, read_company
from evaluator.session.places import library, rules_dir
from tests.paths import ROOT
from tests.support.books import lay
from tests.support.command_line import RUNNER

FENCE = re.compile(
    r"^(?P<indent> {0,3})(?P<marks>`{3,}|~{3,})(?P<word>[^\s`]*)(?P<more>[ ]+>>)?(?:[ ]+(?P<name>[^\s`>]+))?[ ]*$"
)
ANYTHING = "…"


@dataclass(frozen=True)
class Block:
    """A fenced block: the file, the line of its first fence, its language, its text; the file that a reader puts it
    into, and whether at its end; the last line of words before it."""

    file: str
    line: int
    language: str
    text: str
    name: str | None = None
    added: bool = False
    before: str = ""


def blocks(file: str, text: str) -> Iterator[Block]:
    """Every fenced block of a Markdown text; one that is never closed is an error."""
    lines = iter(enumerate(text.splitlines(), 1))
    before = ""
    for number, line in lines:
        opening = FENCE.match(line)
        if opening is None:
            before = line.strip() or before
            continue
        held: list[str] = []
        for _, inner in lines:
            if re.fullmatch(rf" {{0,3}}{opening['marks'][0]}{{{len(opening['marks'])},}}\s*", inner):
                break
            held.append(inner.removeprefix(opening["indent"]))
        else:
            raise AssertionError(f"{file}:{number}: this block is never closed")
        more = opening["more"] is not None
        yield Block(file, number, opening["word"], "\n".join(held) + "\n", opening["name"], more, before)


def problems(block: Block) -> list[str]:
    """What is wrong with a block, each with its place; none where it is as it says."""
    judge = JUDGES.get(block.language)
    place = f"{block.file}:{block.line}"
    if block.name is not None:
        return [f"{place}: `{block.name}` is a file for a page that is followed as a whole"]
    if judge is None:
        return [f"{place}: a block of an unknown language `{block.language}`; known are {', '.join(JUDGES)}"]
    return [f"{place}: {problem}" for problem in judge(block.text)]


# --- pages that are followed step by step ---------------------------------------------------------------


def run_page(page: Sequence[Block], folder: Path) -> list[str]:
    """What is wrong with a page whose reader writes files and runs commands, from top to bottom, in a folder."""
    found: list[str] = []
    here = folder
    for block in page:
        if block.language == "console":
            here, said = _follow(block.text, here)
        elif block.name is not None:
            said = list(_write(block, here))
        else:
            found += problems(block)
            continue
        found += [f"{block.file}:{block.line}: {problem}" for problem in said]
    return found


def _write(block: Block, folder: Path) -> Iterator[str]:
    """Does with a file what the reader is told to do."""
    assert block.name is not None
    path = folder / block.name
    if block.name not in block.before and not block.added:
        yield f"the line before does not tell the reader that this is `{block.name}`, but says {block.before!r}"
    if not path.parent.is_dir():
        yield f"the reader has no folder for `{block.name}` yet"
        return
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if block.language != "diff":
        joined = f"{text}\n{block.text}" if block.added and text else block.text
        path.write_text(joined, encoding="utf-8", newline="\n")
        return
    old, new = (
        "".join(f"{line[1:]}\n" for line in block.text.splitlines() if line[0] in marks) for marks in ("- ", "+ ")
    )
    if text.count(old) != 1:
        yield f"`{block.name}` does not have, once, the lines\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def files_of(page: Sequence[Block]) -> dict[str, str]:
    """The files that a page leaves behind, by name."""
    with TemporaryDirectory() as folder:
        here = Path(folder)
        for block in page:
            if block.name is not None:
                (here / block.name).parent.mkdir(parents=True, exist_ok=True)
                assert not list(_write(block, here)), f"{block.file}:{block.line}"
        return {
            path.relative_to(here).as_posix(): path.read_text("utf-8") for path in here.rglob("*") if path.is_file()
        }


def _follow(text: str, folder: Path) -> tuple[Path, list[str]]:
    """Runs a console block in a folder; where the reader then stands, and what went wrong."""
    found: list[str] = []
    for words, expected in _commands(text):
        if words[0] == "mkdir":
            (folder / words[1]).mkdir()
        elif words[0] == "cd":
            folder = (folder / words[1]).resolve(strict=True)
        elif words[0] == "thesis":
            found += _thesis(words[1:], expected, folder)
        else:
            found.append(f"only `thesis`, `mkdir` and `cd` stand in a page that is followed, not `{words[0]}`")
    return folder, found


# --- console ----------------------------------------------------------------------------------------


def _commands(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each command of a console block, with what it is to say."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        expected = lines[start + 1 : end]
        while expected and not expected[-1].strip():
            expected.pop()
        yield shlex.split(lines[start][2:], comments=True), expected


def _console(text: str) -> Iterator[str]:
    if not text.startswith("$ "):
        yield "a console block begins with `$ ` and a command"
        return
    for words, expected in _commands(text):
        if words[0] == "make":
            yield from _make(words[1:])
        elif words[0] == "thesis" and ("-o" in words or "--output" in words):
            yield f"`{shlex.join(words)}` would write a file when the documentation is tested"
        elif words[0] == "thesis":
            yield from _thesis(words[1:], expected, ROOT)
        else:
            yield f"only `thesis` and `make` stand in console blocks, not `{words[0]}`"


def _make(words: list[str]) -> Iterator[str]:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for word in words:
        if "=" not in word and word not in targets:
            yield f"the Makefile has no target `{word}`"


def _thesis(words: list[str], expected: list[str], folder: Path) -> Iterator[str]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        ran = RUNNER.invoke(thesis, words, prog_name="thesis")
    finally:
        os.chdir(before)
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        yield f"`thesis {shlex.join(words)}` ends with {ran.exception!r}"
    elif not begins(ran.output.splitlines(), expected):
        yield f"`thesis {shlex.join(words)}` does not begin with\n{os.linesep.join(expected)}\nbut says\n{ran.output[:2000]}"


def begins(said: list[str], expected: list[str]) -> bool:
    """Whether lines begin with the expected ones; `…` alone on a line stands for any number of lines."""
    if not expected:
        return True
    if expected[0].strip() == ANYTHING:
        return any(begins(said[n:], expected[1:]) for n in range(len(said) + 1))
    return bool(said) and said[0].rstrip() == expected[0].rstrip() and begins(said[1:], expected[1:])


# --- python ---------------------------------------------------------------------------------------------


class _Checker(doctest.OutputChecker):
    """`…` stands for anything, as everywhere in the documentation."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want.replace(ANYTHING, "..."), got, optionflags | doctest.ELLIPSIS)


def run_python(page: Sequence[Block], folder: Path) -> list[str]:
    """What is wrong with the Python blocks of a page, run from top to bottom in one session that stands in a folder."""
    space: dict[str, object] = {"__name__": "__main__"}
    found: list[str] = []
    before = Path.cwd()
    os.chdir(folder)
    try:
        for block in page:
            if block.language == "python":
                found += _session(block, space)
    finally:
        os.chdir(before)
    return found


def _session(block: Block, space: dict[str, object]) -> list[str]:
    place = f"{block.file}:{block.line}"
    test = doctest.DocTestParser().get_doctest(block.text, space, place, block.file, block.line)
    if not test.examples:
        return [f"{place}: a block of Python shows a session: each line that is typed begins with `>>> `"]
    said: list[str] = []
    doctest.DocTestRunner(_Checker(), verbose=False).run(test, out=said.append, clear_globs=False)
    space |= test.globs
    return [f"{place}: {''.join(said)}"] if said else []


# --- rules, facts and the rest ------------------------------------------------------------------------


def _rules(text: str) -> Iterator[str]:
    if text.startswith("# fragment"):
        text = _preamble(text) + text
    found = check_file(SourceFile("block", text), library([rules_dir()]))
    for diagnostic in found.diagnostics:
        if diagnostic.is_error:
            shown = diagnostic.span.source.line_text(diagnostic.span.line) if diagnostic.span else ""
            yield f"{diagnostic.message}: {shown.strip()}"


def _preamble(fragment: str) -> str:
    """The rules that ship, less what the fragment declares itself."""
    said = set(re.findall(r"^(?:override )?(?:[a-z]+) ([a-z_]\w*)", fragment, re.M))
    source = SourceFile.read(rules_dir() / "ai_infrastructure.thesis")
    declared = parse(source).file.declarations
    starts = [*(d.span.start for d in declared), len(source.text)]
    texts = [source.text[a:b] for a, b in pairwise(starts)]
    named = zip(declared, texts, strict=True)
    return "\n".join(t for d, t in named if getattr(getattr(d, "name", None), "name", None) not in said) + "\n"


def _facts(text: str) -> Iterator[str]:
    source = SourceFile("block", text)
    if text.startswith("name:"):
        company, found = read_company(source)
        if company is None and not found:
            yield "no company was read"
    elif "\n  concepts:" in text:
        _, found = read_mapping(source)
    elif "\nnames:" in text:
        _, found = read_layout(source)
    else:
        _, found = read_yaml(source)
    for diagnostic in found:
        yield f"line {diagnostic.span.line if diagnostic.span else '?'} of the block: {diagnostic.message}"


def _shell(text: str) -> Iterator[str]:
    for command in re.findall(r"\bthesis (\S+)", text):
        if command not in COMMANDS and not command.startswith("-"):
            yield f"there is no command `thesis {command}`"


def _json(text: str) -> Iterator[str]:
    try:
        json.loads(text)
    except ValueError as error:
        yield f"this is not JSON: {error}"


def _toml(text: str) -> Iterator[str]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield f"this is not TOML: {error}"


def _table(language: str) -> Callable[[str], Iterator[str]]:
    """A table beside a YAML file that says what it needs said: it is read without a mistake, and facts come of it."""

    def judge(text: str) -> Iterator[str]:
        head = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"
        name = {"csv": "facts.csv", "sheet": "facts.xlsx"}[language]
        with TemporaryDirectory() as folder:
            said = f'files:\n  {name}: {{source: "S", splits: none}}\n' if text.startswith("Date,") else ""
            paths = lay(Path(folder), {"EXMPL.yaml": head + said, name: text})
            company, found = load(paths, "EXMPL")
            yield from (to_text(d) for d in found)
            if company is not None and not company.facts:
                yield "no fact was read"

    return judge


JUDGES = {
    "console": _console,
    "thesis": _rules,
    "yaml": _facts,
    "csv": _table("csv"),
    "sheet": _table("sheet"),
    "sh": _shell,
    "powershell": _shell,
    "json": _json,
    "toml": _toml,
    "mermaid": lambda _: iter(()),
    "text": lambda _: iter(()),
}
"""Each language of a block with what looks for its problems."""


def dead_links(file: Path, text: str) -> list[str]:
    """Links to places in the project that are not there: files, and headings in Markdown files."""
    found = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = file.parent / path if path else file
        if path and not there.exists():
            found.append(path)
        elif heading and heading not in headings(text if not path else there.read_text(encoding="utf-8")):
            found.append(target)
    return found


def headings(text: str) -> set[str]:
    """The headings of a Markdown text as links name them: small letters, without signs, with hyphens for spaces."""
    for block in blocks("", text):
        text = text.replace(block.text, "")
    written = re.findall(r"(?m)^#+ +(.*)$", text)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in written}
