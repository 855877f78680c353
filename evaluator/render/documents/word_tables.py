"""Tables and pictures of a Word document, written whole: python-docx takes minutes for a table of a thousand rows.

In: blocks, widths, the ids of styles and of pictures. Out: WordprocessingML (ECMA-376, part 1, 17.4 and 20). Must not know what a
table is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from dsl.text.record import record
from evaluator.render.memo.words import plain
from evaluator.render.outlook.blocks import Cell, Picture, Pictures, Table

Inline = Callable[[Picture], str]
"""What makes a picture a part of a run."""

INK = {"good": "2C6B4C", "bad": "9C3A31", "warn": "7C570C", "quiet": "56606B"}
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
GROUND = {"good": "E4EFE8", "bad": "F6E5E2", "warn": "F6ECD2"}
_TWIP = 635
"""A twentieth of a point, in the English Metric Units of python-docx."""


@record
class Setting:
    """How a table is set: the ids of the styles of the table and of the paragraphs in it, another size than theirs, what puts pictures
    into it (None: it has none)."""

    look: str | None
    text: str | None
    points: float | None = None
    inline: Inline | None = None


def table_xml(table: Table, wide: Sequence[int], how: Setting) -> str:
    """The table. `wide`: the widths of its columns, in EMU. Its first row is repeated on each page, and no row is split."""
    twips = [round(width / _TWIP) for width in wide]
    style = f'<w:tblStyle w:val="{escape(how.look)}"/>' if how.look is not None else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    head = _row([Cell(cell, strong=True) for cell in table.head], twips, how, first=True)
    rows = "".join(_row(row, twips, how, toned=table.heat) for row in table.rows)
    about = f'<w:tblPr>{style}<w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    return f"<w:tbl {SPACE}>{about}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"


def pictures_xml(pictures: Pictures, wide: int, how: Setting, inline: Inline) -> str:
    """Pictures side by side below their titles, in a table without lines. `wide`: how much room there is, in EMU."""
    count = pictures.columns
    twips = [round(wide / count / _TWIP)] * count
    cells = [_picture(title, picture, twips[0], how, inline) for title, picture in pictures.pictures]
    cells += [_framed("<w:p/>", twips[0])] * (-len(cells) % count)
    rows = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells[at : at + count])}</w:tr>"
        for at in range(0, len(cells), count)
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    about = f'<w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    return f"<w:tbl {SPACE}>{about}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _picture(title: str, picture: Picture, width: int, how: Setting, inline: Inline) -> str:
    drawn = f"<w:p><w:pPr>{_styled(how)}</w:pPr>{inline(picture)}</w:p>"
    return _framed(_paragraph(title, "", True, how) + drawn, width)


def inline_xml(picture: Picture, part: str, number: int, wide: int, high: int) -> str:
    """A picture as a part of a run. `part`: the id under which the document has its bytes; `number`: of this place in the document;
    `wide` and `high` in EMU. What it shows stands in words beside it, for who cannot see it."""
    said = escape(plain(picture.words))
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{number}" name="Drawing {number}" descr="{said}"/><a:graphic xmlns:a="{_A}"><a:graphicData uri="{_PIC}">'
        f'<pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr><pic:cNvPr id="{number}" name="Drawing {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip xmlns:r="{_R}" r:embed="{escape(part)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


_OPEN = "http://schemas.openxmlformats.org/"
_WP, _A, _PIC, _R = (
    f"{_OPEN}drawingml/2006/wordprocessingDrawing", f"{_OPEN}drawingml/2006/main", f"{_OPEN}drawingml/2006/picture",
    f"{_OPEN}officeDocument/2006/relationships",
)  # fmt: skip


def _row(cells: Sequence[Cell], twips: Sequence[int], how: Setting, first: bool = False, toned: bool = False) -> str:
    about = f"<w:trPr><w:cantSplit/>{'<w:tblHeader/>' if first else ''}</w:trPr>"
    made = "".join(_cell(cell, width, how, first, toned) for cell, width in zip(cells, twips, strict=True))
    return f"<w:tr>{about}{made}</w:tr>"


def _cell(cell: Cell, width: int, how: Setting, first: bool, toned: bool) -> str:
    paragraphs = []
    drawn = cell.drawn or (None,) * len(cell.more)
    if cell.text or not cell.more:
        paragraphs.append(_paragraph(cell.text, cell.look, cell.strong or cell.look == "strong", how, first))
    paragraphs += [
        _paragraph(line, "quiet", False, how, first, picture) for line, picture in zip(cell.more, drawn, strict=True)
    ]
    return _framed("".join(paragraphs), width, GROUND.get(cell.look) if toned or cell.toned else None)


def _framed(paragraphs: str, width: int, ground: str | None = None) -> str:
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{ground}"/>' if ground is not None else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shaded}</w:tcPr>{paragraphs}</w:tc>'


def _styled(how: Setting, first: bool = False) -> str:
    return (f'<w:pStyle w:val="{escape(how.text)}"/>' if how.text is not None else "") + "<w:keepNext/>" * first


def _paragraph(
    said: str, look: str, strong: bool, how: Setting, first: bool = False, picture: Picture | None = None
) -> str:
    run = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>' if look == "bar" else ""
    points = 5.5 if look == "bar" else how.points
    run += "<w:b/>" if strong else ""
    run += f'<w:color w:val="{INK[look]}"/>' if look in INK else ""
    run += f'<w:sz w:val="{round(points * 2)}"/>' if points is not None else ""
    text = plain(said) + ("  " if said and picture is not None else "")
    drawn = how.inline(picture) if picture is not None and how.inline is not None else ""
    return (
        f"<w:p><w:pPr>{_styled(how, first)}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>{drawn}</w:p>'
    )
