"""Drawings for paper: in the colours of a house, and as PNG for what takes no SVG.

In: pictures of a memo. Out: SVG, bytes. Must not know what a picture shows.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dsl.text.record import record
from evaluator.render.memo.appendix import Chapter
from evaluator.render.memo.memo import Document
from evaluator.render.outlook.blocks import Picture, Pictures, Table

FONT, MARKS = "Libertinus Serif", "DejaVu Sans Mono"
"""They come with Typst, so that a drawing is the same on every machine; the second has the marks that the first has not."""
_DRAWN = {
    "good": "#2c6b4c", "bad": "#9c3a31", "warn": "#8a6210", "warn-soft": "#f6ecd2", "muted": "#59636e", "ink": "#1b2127", "line": "#b9c0c8",
    "accent": "#1f4e79", "accent-soft": "#dfe8f1", "paper": "#ffffff",
}  # fmt: skip
"""The colours of `PALETTE` in `templates/partials/charts.html.j2`."""
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_FONT = re.compile(r'font-family="[^"]*"')
_TEXT = re.compile(r"(<text\b[^>]*>)([^<]*)(?=</text>)")
_MARK = re.compile("[\u2190-\u2bff]+")


class Colours:
    """The colours of drawings as a house has them: those of the page's drawings by what each is for."""

    def __init__(self, colours: Mapping[str, str]) -> None:
        self.own = {shipped: colours[name] for name, shipped in _DRAWN.items() if name in colours}

    def __call__(self, picture: Picture) -> str:
        """Its SVG."""
        svg = _FONT.sub(f'font-family="{FONT}"', picture.svg)
        svg = _TEXT.sub(lambda found: found[1] + _MARK.sub(_marked, found[2]), svg)
        return _COLOUR.sub(lambda found: self.own.get(found[0], found[0]), svg)


def _marked(found: re.Match[str]) -> str:
    return f'<tspan font-family="{MARKS}">{found[0]}</tspan>'


@record
class Drawn:
    """A picture as PNG: its bytes, how high it is for its width."""

    png: bytes
    ratio: float


def pictures_of(memo: Document) -> Iterator[Picture]:
    """Every picture of a memo."""
    for chapter in (memo.front, *memo.chapters, *memo.appendix):
        yield from _of_chapter(chapter)


def _of_chapter(chapter: Chapter) -> Iterator[Picture]:
    for block in chapter.blocks:
        if isinstance(block, Pictures):
            yield from (picture for _, picture in block.pictures)
        elif isinstance(block, Table):
            drawn = (picture for row in block.rows for cell in row for picture in cell.drawn)
            yield from (picture for picture in drawn if picture is not None)


_PER_INCH = 200
_SHEETS = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for one in json(bytes(sys.inputs.drawn)) { page(image(bytes(one.svg), format: "svg", width: one.width * 0.75pt)) }
"""


def as_png(pictures: Iterable[Picture], colours: Mapping[str, str]) -> Mapping[str, Drawn]:
    """Pictures as PNG, by their SVG; the same bytes for the same picture. Typst draws them, in fonts that come with it."""
    import typst

    svg = Colours(colours)
    found = list({picture.svg: picture for picture in pictures}.values())
    if not found:
        return {}
    data = json.dumps([{"svg": svg(picture), "width": picture.width} for picture in found])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    made = typst.compile(_SHEETS, format="png", ppi=_PER_INCH, sys_inputs={"drawn": data}, font_paths=fonts)
    sheets: Sequence[bytes] = made if isinstance(made, list) else [made]
    return {picture.svg: _drawn(bytes(png)) for picture, png in zip(found, sheets, strict=True)}


def _drawn(png: bytes) -> Drawn:
    width, height = struct.unpack(">II", png[16:24])  # the first chunk of a PNG says how large it is
    return Drawn(png, height / width)
