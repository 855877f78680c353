"""What a page is made of: headings, sentences, tables, lists, strips over time, heat maps, bars.

In: nothing (made by the modules beside it from their models). Out: records that the two templates of blocks draw, Markdown and
HTML alike. Must not know what they are about.
"""

from __future__ import annotations

from dsl.text.record import record

WIDE = 640.0
"""How wide a strip is drawn, in px."""


@record
class Heading:
    """A heading inside a section."""

    text: str
    kind: str = "heading"


@record
class Words:
    """A paragraph; `look`: `warn` for what must be known first, `quiet` for what stands behind."""

    text: str
    look: str = ""
    kind: str = "words"


@record
class Items:
    """A list of sentences. `leads`: what each begins with, set strong, on paper; empty where nothing is."""

    items: tuple[str, ...]
    leads: tuple[str, ...] = ()
    kind: str = "items"


@record
class Picture:
    """A drawing for paper: SVG, its width in px, and the same in words."""

    svg: str
    width: float
    words: str


@record
class Pictures:
    """Drawings side by side, each under its title. Only paper has them as blocks: pages draw their own."""

    pictures: tuple[tuple[str, Picture], ...]
    columns: int = 2
    """So many stand side by side, where there is more than one."""
    kept: bool = False
    """Whether what follows stands on the same page, as the list of what a drawing numbers."""
    kind: str = "pictures"


@record
class Cell:
    """A cell of a table; `look`: good, bad, warn, flat, or a colour of a heat map; `strong` where it differs from what it is
    compared with; `more`: sentences below it; `drawn`: beside each of these a drawing for paper, or None (empty: beside none)."""

    text: str
    look: str = ""
    strong: bool = False
    more: tuple[str, ...] = ()
    drawn: tuple[Picture | None, ...] = ()
    toned: bool = False
    """On paper: coloured whole, as all cells of a heat map are."""


@record
class Table:
    """A table; the first cell of each row says what the row is about. `heat`: its cells are coloured whole."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    heat: bool = False
    kind: str = "table"


@record
class Bar:
    """A part of a strip, in px: where it begins, how wide it is; its look, its sign, and what it says."""

    x: float
    width: float
    look: str
    sign: str
    words: str


@record
class Strip:
    """What one thing said over time."""

    title: str
    bars: tuple[Bar, ...]
    key: str = ""
    """What the signs mean."""


@record
class Strips:
    """Several strips over the same days; `band`: the score, in px: left, top, width, height of each part, in a field of
    `HIGH`. `characters`: the same for a page without drawings."""

    left: str
    right: str
    strips: tuple[Strip, ...]
    band: tuple[tuple[float, float, float, float], ...]
    characters: tuple[str, ...]
    kind: str = "strips"


@record
class Beam:
    """A row of a drawing of bars, in px of a field of `FIELD`: where its bar begins and how wide it is (None: there is none to draw),
    its look, what it says in words; `error`: from where to where a standard error goes; `marks`: places on it, each with its words;
    `characters`: the same for a page without drawings; `more`: sentences below it."""

    title: str
    said: str
    bar: tuple[float, float] | None
    look: str
    characters: str
    error: tuple[float, float] | None = None
    marks: tuple[tuple[float, str], ...] = ()
    more: tuple[str, ...] = ()


@record
class Bars:
    """Bars over one axis. `head`: what stands in the row above them, over what the bars are of and over what they say; `line`: a
    place on the axis that all bars are compared with, such as today's figure."""

    head: tuple[str, str]
    rows: tuple[Beam, ...]
    caption: str = ""
    line: float | None = None
    kind: str = "bars"


FIELD = 400.0
"""How wide the field of bars is, in px."""

HIGH = 56.0
"""How high the field of the score is, in px: from -100% at the bottom to 100% at the top."""

Block = Heading | Words | Items | Table | Strips | Bars


@record
class Head:
    """What stands at the head of a page of its own."""

    kicker: str
    title: str
    about: tuple[tuple[str, str], ...]
    """What it is about: a word and what it says, such as `As of` and a day."""
    first: tuple[str, ...]
    """What must be known first, in sentences."""
    disclaimer: str


def cells(*texts: str) -> tuple[Cell, ...]:
    """A row of plain cells."""
    return tuple(Cell(text) for text in texts)
