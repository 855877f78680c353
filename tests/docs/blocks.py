"""What the documentation shows, and whether it is so: commands run, rules check, facts load, links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from dsl.check import check_file
from dsl.diagnostics import to_text
from dsl.parse import parse
from dsl.source import SourceFile
from evaluator.cli import COMMANDS, thesis
from evaluator.readers.companyfacts import read_mapping
from evaluator.readers.load import load, read_company
from evaluator.resources import library, rules_dir
from evaluator.yamltree import read_yaml
from tests.readers.books import lay

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<indent> {0,3})(?P<marks>`{3,}|~{3,})(?P<word>[^\n`]*)$")
ANYTHING = "…"


@dataclass(frozen=True)
class Block:
    """A fenced block: the file, the line of its first fence, its language, its text."""

    file: str
    line: int
    language: str
    text: str


def blocks(file: str, text: str) -> Iterator[Block]:
    """Every fenced block of a Markdown text; one that is never closed is an error."""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        opening = FENCE.match(line)
        if opening is None:
            continue
        held: list[str] = []
        for _, inner in lines:
            if re.fullmatch(rf" {{0,3}}{opening['marks'][0]}{{{len(opening['marks'])},}}\s*", inner):
                break
            held.append(inner.removeprefix(opening["indent"]))
        else:
            raise AssertionError(f"{file}:{number}: this block is never closed")
        yield Block(file, number, opening["word"].strip(), "\n".join(held) + "\n")


def problems(block: Block) -> list[str]:
    """What is wrong with a block, each with its place; none where it is as it says."""
    judge = JUDGES.get(block.language)
    place = f"{block.file}:{block.line}"
    if judge is None:
        return [f"{place}: a block of an unknown language `{block.language}`; known are {', '.join(JUDGES)}"]
    return [f"{place}: {problem}" for problem in judge(block.text)]


# --- console ----------------------------------------------------------------------------------------


def _console(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if not lines or not lines[0].startswith("$ "):
        yield "a console block begins with `$ ` and a command"
        return
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        words = shlex.split(lines[start][2:], comments=True)
        expected = lines[start + 1 : end]
        while expected and not expected[-1].strip():
            expected.pop()
        if words[0] == "make":
            yield from _make(words[1:])
        elif words[0] == "thesis":
            yield from _thesis(words[1:], expected)
        else:
            yield f"only `thesis` and `make` stand in console blocks, not `{words[0]}`"


def _make(words: list[str]) -> Iterator[str]:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for word in words:
        if "=" not in word and word not in targets:
            yield f"the Makefile has no target `{word}`"


def _thesis(words: list[str], expected: list[str]) -> Iterator[str]:
    if "-o" in words or "--output" in words:
        yield f"`thesis {shlex.join(words)}` would write a file when the documentation is tested"
        return
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        ran = CliRunner().invoke(thesis, words, prog_name="thesis")
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


def _table(language: str) -> Callable[[str], Iterator[str]]:
    """A table beside a YAML file that says what it needs said: it is read without a mistake, and facts come of it."""

    def judge(text: str) -> Iterator[str]:
        head = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"
        name = {"csv": "facts.csv", "sheet": "facts.xlsx"}[language]
        with TemporaryDirectory() as folder:
            said = f'files:\n  {name}: {{source: "S"}}\n' if text.startswith("Date,") else ""
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
    "mermaid": lambda _: iter(()),
    "text": lambda _: iter(()),
}
"""Each language of a block with what looks for its problems."""


def dead_links(file: Path, text: str) -> list[str]:
    """Links to places in the project that are not there."""
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [t for t in targets if not re.match(r"[a-z]+:", t)]
    return [t for t in local if not (file.parent / t).exists()]
