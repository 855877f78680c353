"""A table of a Word document, written whole: python-docx takes minutes for one of a thousand rows.

In: a table, the widths of its columns, the ids of styles. Out: WordprocessingML (ECMA-376, part 1, 17.4). Must not know what the
table is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from evaluator.render.memo.words import plain
from evaluator.render.outlook.blocks import Cell, Table

INK = {"good": "2C6B4C", "bad": "9C3A31", "warn": "7C570C", "quiet": "56606B"}
_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TWIP = 635
"""A twentieth of a point, in the English Metric Units of python-docx."""


def table_xml(table: Table, wide: Sequence[int], look: str | None, text: str | None, points: float | None) -> str:
    """The table. `wide`: the widths of its columns, in EMU; `look`, `text`: the ids of the styles of the table and of the
    paragraphs in it; `points`: another size than theirs. Its first row is repeated on each page, and no row is split."""
    twips = [round(width / _TWIP) for width in wide]
    style = f'<w:tblStyle w:val="{escape(look)}"/>' if look is not None else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    head = _row([Cell(cell, strong=True) for cell in table.head], twips, text, points, first=True)
    rows = "".join(_row(row, twips, text, points) for row in table.rows)
    about = f'<w:tblPr>{style}<w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    return f"<w:tbl {_SPACE}>{about}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"


def _row(
    cells: Sequence[Cell], twips: Sequence[int], text: str | None, points: float | None, first: bool = False
) -> str:
    about = f"<w:trPr><w:cantSplit/>{'<w:tblHeader/>' if first else ''}</w:trPr>"
    made = "".join(_cell(cell, width, text, points, first) for cell, width in zip(cells, twips, strict=True))
    return f"<w:tr>{about}{made}</w:tr>"


def _cell(cell: Cell, width: int, text: str | None, points: float | None, first: bool) -> str:
    paragraphs = []
    if cell.text or not cell.more:
        paragraphs.append(_paragraph(cell.text, cell.look, cell.strong or cell.look == "strong", text, points, first))
    paragraphs += [_paragraph(line, "quiet", False, text, points, first) for line in cell.more]
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(paragraphs)}</w:tc>'


def _paragraph(said: str, look: str, strong: bool, style: str | None, points: float | None, first: bool) -> str:
    about = f'<w:pStyle w:val="{escape(style)}"/>' if style is not None else ""
    about += "<w:keepNext/>" if first else ""
    run = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>' if look == "bar" else ""
    points = 5.5 if look == "bar" else points
    run += "<w:b/>" if strong else ""
    run += f'<w:color w:val="{INK[look]}"/>' if look in INK else ""
    run += f'<w:sz w:val="{round(points * 2)}"/>' if points is not None else ""
    return f'<w:p><w:pPr>{about}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{escape(plain(said))}</w:t></w:r></w:p>'
