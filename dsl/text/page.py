"""The page of a code: what it means, a wrong and a right example. One Markdown file a code is all there is to add.

In: the text of a page. Out: `Page`. Must not know which codes there are, nor who shows a page.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import fill

from dsl.text.record import record

_HEAD = re.compile(r"# (?P<code>[A-Z]\d{3}): (?P<sentence>\S.*)")
_FENCE = re.compile(r"```(?P<language>[a-z]+)(?: (?P<name>\S+))?")
_LANGUAGES = ("thesis", "yaml", "console", "csv", "sheet", "json", "jinja")
_PARTS = ("Wrong:", "Right:")
WIDTH = 80
"""How wide the paragraphs of a page are on a terminal, however they lie in the file."""


class PageError(ValueError):
    """A page that is not written as pages are: a mistake of ours, held by tests."""


@record
class ExampleFile:
    """One fenced block of an example: its language, its file name (None: the main file) and its text."""

    language: str
    name: str | None
    text: str


@record
class Page:
    """What a code means, in one sentence and in a few; what gives it, and what mends it."""

    code: str
    sentence: str
    meaning: str
    wrong: tuple[ExampleFile, ...]
    right: tuple[ExampleFile, ...]


def read_page(path: Path) -> Page:
    """The page of a file. Raises PageError where it is not written as pages are."""
    return parse_page(path.read_text(encoding="utf-8"))


def read_sentence(path: Path) -> str:
    """The sentence of a page alone, for a list of all."""
    with path.open(encoding="utf-8") as file:
        return _head(file.readline().rstrip("\n"))["sentence"]


def parse_page(text: str) -> Page:
    """`# CODE: sentence`, paragraphs, `Wrong:` and `Right:` with fenced blocks. Raises PageError."""
    lines = text.splitlines()
    head = _head(lines[0] if lines else "")
    if [line for line in lines if line in _PARTS] != list(_PARTS):
        raise PageError(f"{head['code']}: a page has `Wrong:` and then `Right:`, each on its own line")
    wrong, right = (lines.index(part) for part in _PARTS)
    meaning = "\n".join(lines[1:wrong]).strip("\n")
    if not meaning:
        raise PageError(f"{head['code']}: the page does not say what the code means")
    return Page(
        head["code"],
        head["sentence"],
        meaning,
        _fences(head["code"], lines[wrong + 1 : right]),
        _fences(head["code"], lines[right + 1 :]),
    )


def to_text(page: Page, severity: str) -> str:
    """A page as a terminal shows it: examples indented, files of an example by their names."""
    paragraphs = (" ".join(part.split()) for part in page.meaning.split("\n\n"))
    parts = [f"{page.code} ({severity}): {page.sentence}"]
    parts += [fill(part, WIDTH, break_long_words=False, break_on_hyphens=False) for part in paragraphs]
    for title, files in zip(_PARTS, (page.wrong, page.right), strict=True):
        parts.append(title)
        for file in files:
            if file.name:
                parts.append(f"  {file.name}:")
            parts.append("\n".join(f"    {line}".rstrip() for line in file.text.splitlines()))
    return "\n\n".join(parts) + "\n"


def _head(line: str) -> re.Match[str]:
    head = _HEAD.fullmatch(line)
    if head is None:
        raise PageError(f"a page begins with `# T060: sentence`, not with {line!r}")
    return head


def _fences(code: str, lines: list[str]) -> tuple[ExampleFile, ...]:
    found: list[ExampleFile] = []
    rest = iter(lines)
    for line in rest:
        if not line:
            continue
        opening = _FENCE.fullmatch(line)
        if opening is None or opening["language"] not in _LANGUAGES:
            raise PageError(f"{code}: only blocks of {', '.join(_LANGUAGES)} stand in an example, not {line!r}")
        held: list[str] = []
        for inner in rest:
            if inner == "```":
                break
            held.append(inner)
        else:
            raise PageError(f"{code}: a block is never closed")
        found.append(ExampleFile(opening["language"], opening["name"], "".join(f"{h}\n" for h in held)))
    if [file.name for file in found].count(None) != 1:
        raise PageError(f"{code}: an example has one block without a file name, the main one")
    return tuple(found)
