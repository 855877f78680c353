"""The memo as a Word document, in styles that a house replaces by its own template.

In: a `Document`. Out: the bytes of a .docx file, the same for the same memo and template; or what stood in the way. Must not
know rules, facts or how anything was calculated.

Every paragraph has a style, and no look is written into one but the colour of a state: Title, Heading 1 and 2, Normal, List
Bullet, TOC 1, Table Grid, and four that are made where a template has none: Thesis Text (in tables), Thesis Quiet, Thesis Alert,
Thesis Lead. What the memo says is text of runs; no field or link is made of it. Drawings stand in it as PNG, with their words.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl.text.record import record
from evaluator.codes.messages import make
from evaluator.render.documents.pictures import Drawn
from evaluator.render.documents.tables import WIDE, as_table, widths
from evaluator.render.documents.word_tables import INK, SPACE, Setting, inline_xml, pictures_xml, table_xml
from evaluator.render.languages.speaking import say, spoken
from evaluator.render.memo.appendix import Chapter
from evaluator.render.memo.memo import Document
from evaluator.render.memo.words import plain
from evaluator.render.outlook.blocks import Bars, Block, Heading, Items, Picture, Pictures, Strips, Table, Words
from evaluator.session.reading import Failed

if TYPE_CHECKING:
    from docx.document import Document as Docx

ACCENT, RULE = "1F4E79", "C6CCD3"
MARGIN = 2.0
"""In cm, where no template says otherwise."""
_PAGE = (21.0, 29.7)
_BRIEF = 0.86
"""The size of letters and margins of a first page alone, as a part of those of a memo: what it says shall stand on one page, and only
Word knows where a page ends."""
_DRAWN_PT, _IN_TABLE_PT = 0.68, 0.45
"""So many points a px of a drawing takes, alone and in a table, as on other paper."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_docx(
    memo: Document, day: dt.date, template: Path | None = None, drawn: Mapping[str, Drawn] | None = None
) -> bytes | Failed:
    """The document of a memo as of a day. `template`: a .docx whose styles, page and header it takes; its text is left out. `drawn`:
    the pictures of the memo by their SVG; one that is not among them is left out."""
    import docx

    try:
        made = docx.Document(str(template) if template is not None else None)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, docx.opc.exceptions.PackageNotFoundError) as error:
        what = f"this is no Word document that can be a template: {' '.join(str(error).split())}"
        return Failed((make("C002", None, at=str(template), what=what, mend="name a .docx file"),), wrong_use=True)
    writer = _Writer(made, template is None, memo.brief, drawn or {})
    writer.whole(memo)
    properties = made.core_properties
    properties.title, properties.author, properties.language = plain(memo.head.title)[:255], "", spoken().tag
    properties.created = properties.modified = dt.datetime.combine(day, dt.time())
    properties.last_modified_by, properties.revision = "", 1
    out = io.BytesIO()
    made.save(out)
    return _same(out.getvalue())


def _same(archive: bytes) -> bytes:
    """The same archive without the hour at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(entry))
    return out.getvalue()


@record
class _Look:
    """A style of paragraphs that is made where a template has none of its name."""

    name: str
    size: float | None = None
    colour: str | None = None
    italic: bool = False
    tight: bool = False


_LOOKS = (
    _Look("Thesis Text", 8.5, tight=True),
    _Look("Thesis Quiet", 8.5, INK["quiet"]),
    _Look("Thesis Alert", colour=INK["warn"]),
    _Look("Thesis Lead", 11.5, italic=True),
    _Look("TOC 1", 8.5, tight=True),
)


def _half(points: float) -> float:
    """To half a point, as Word counts sizes."""
    return round(points * 2) / 2


class _Writer:
    """Puts a memo into a Word document, piece by piece."""

    def __init__(self, made: Docx, own: bool, brief: bool, drawn: Mapping[str, Drawn]) -> None:
        from docx.shared import Cm, Pt, RGBColor

        self.made, self.cm, self.pt, self.colour = made, Cm, Pt, RGBColor.from_string
        self.drawn, self.placed = drawn, 0
        self.part = _BRIEF if own and brief else 1.0
        self._emptied()
        self._styles(own)
        self.ids = {str(style.name): str(style.style_id) for style in made.styles}
        section = made.sections[0]
        if own:
            section.page_width, section.page_height = Cm(_PAGE[0]), Cm(_PAGE[1])
            section.left_margin = section.right_margin = Cm(MARGIN)
            section.top_margin = section.bottom_margin = Cm(MARGIN * self.part)
        self.room = int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))

    # --- styles ---------------------------------------------------------------------------------------------

    def _emptied(self) -> None:
        """Takes the text of a template away; its page set-up stays."""
        body = self.made.element.body
        for child in list(body):
            if not child.tag.endswith("}sectPr"):
                body.remove(child)

    def _styles(self, own: bool) -> None:
        if own:
            self._own_looks()
        for look in _LOOKS:
            self._style(look)

    def _own_looks(self) -> None:
        styles = self.made.styles
        normal: Any = styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", self.pt(_half(10 * self.part))
        self._spaced(normal, 0, 5)
        for name, size, before in (("Title", 20, 0), ("Heading 1", 14, 16), ("Heading 2", 10.5, 9)):
            style: Any = styles[name]
            self._size(style, size)
            self._coloured(style, ACCENT if name != "Title" else "1B2127")
            style.font.name = "Calibri"
            fonts = style.element.rPr.rFonts
            for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
                del fonts.attrib[theme]
            self._spaced(style, before, 4)
        self._ruled(styles["Table Grid"])

    def _ruled(self, style: Any) -> None:
        """Lines between the rows of a table, and none between its columns."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        borders = style.element.find(f".//{qn('w:tblBorders')}")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            old = borders.find(qn(f"w:{side}"))
            line = OxmlElement(f"w:{side}")
            line.set(qn("w:val"), "single" if side in ("top", "bottom", "insideH") else "nil")
            line.set(qn("w:sz"), "4")
            line.set(qn("w:color"), RULE)
            borders.replace(old, line)

    def _style(self, look: _Look) -> None:
        """A style of paragraphs, made where the template has none of this name."""
        from docx.enum.style import WD_STYLE_TYPE

        if look.name in [style.name for style in self.made.styles]:
            return
        style: Any = self.made.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self.made.styles["Normal"]
        style.font.italic = look.italic or None
        if look.size is not None:
            self._size(style, look.size)
        if look.colour is not None:
            self._coloured(style, look.colour)
        if look.tight:
            self._spaced(style, 0, 1)

    def _size(self, style: Any, points: float) -> None:
        style.font.size = self.pt(_half(points * self.part))

    def _coloured(self, style: Any, colour: str) -> None:
        style.font.color.rgb = self.colour(colour)

    def _spaced(self, style: Any, before: float, after: float) -> None:
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            self.pt(_half(points * self.part * self.part)) for points in (before, after)
        )

    def _there(self, name: str) -> str | None:
        """The name of a style, where the template has it."""
        return name if name in self.ids else None

    def _id(self, name: str) -> str | None:
        """The same by its id."""
        return self.ids.get(name)

    # --- the memo -------------------------------------------------------------------------------------------

    def whole(self, memo: Document) -> None:
        """The memo from its title to its disclaimer."""
        head = memo.head
        self._paragraph(head.kicker.upper(), "Thesis Quiet")
        self._paragraph(head.title, "Title")
        self._paragraph(" · ".join(f"{word} {said}" for word, said in head.about), "Thesis Quiet")
        for line in head.first:
            self._paragraph(f"! {line}", "Thesis Alert")
        self._chapter(memo.front)
        if not memo.brief:
            self._contents([c.title for c in (memo.front, *memo.chapters, *memo.appendix)])
        for chapter in memo.chapters:
            self._chapter(chapter)
        self._paragraph(head.disclaimer, "Thesis Quiet")
        if memo.appendix:
            self.made.add_page_break()
        for chapter in memo.appendix:
            self._chapter(chapter)
        self._footer(" · ".join(said for word, said in head.about if word in (say("As of"), say("Rules"))))

    def _chapter(self, chapter: Chapter) -> None:
        self._paragraph(chapter.title, "Heading 1")
        for block in chapter.blocks:
            self._block(block)

    def _block(self, block: Block | Pictures) -> None:
        match block:
            case Heading():
                self._paragraph(block.text, "Heading 2")
            case Words():
                looks = {"warn": "Thesis Alert", "quiet": "Thesis Quiet", "lead": "Thesis Lead"}
                made = self._paragraph(block.text, looks.get(block.look, "Normal"))
                made.paragraph_format.keep_with_next = True if block.look == "quiet" else None
                if block.look == "strong":
                    made.runs[0].bold = True
            case Items():
                for lead, item in zip(block.leads or ("",) * len(block.items), block.items, strict=True):
                    made = self._paragraph("", "List Bullet")
                    if lead:
                        made.add_run(f"{plain(lead)} ").bold = True
                    made.add_run(plain(item))
            case Pictures():
                self._pictures(block)
            case Strips():
                for line in block.characters:
                    run = self._paragraph("", "Thesis Text").add_run(plain(line.replace(" ", "\u00a0")))
                    run.font.name, run.font.size = "Consolas", self.pt(7)
            case Bars():
                self._table(as_table(block))
            case Table():
                self._table(block)

    def _paragraph(self, text: str, style: str) -> Any:
        return self.made.add_paragraph(plain(text), style=self._there(style))

    # --- pictures ---------------------------------------------------------------------------------------------

    def _pictures(self, block: Pictures) -> None:
        """Those that are drawn: one alone as wide as it may be, several side by side."""
        from docx.oxml import parse_xml

        there = tuple((title, picture) for title, picture in block.pictures if picture.svg in self.drawn)
        if not there:
            return
        if len(there) == 1 or block.columns == 1:
            for title, picture in there:
                self._alone(title, picture, block.kept)
            return
        columns = block.columns
        room = self.room / columns - self.pt(12)
        made = pictures_xml(
            Pictures(there, columns), self.room, Setting(None, self._id("Thesis Text")),
            lambda picture: self._inline(picture, min(picture.width * _DRAWN_PT, room / 12700)),
        )  # fmt: skip
        self.made.element.body.insert_element_before(parse_xml(made), "w:sectPr")
        self.made.add_paragraph("", style=self._there("Thesis Text"))

    def _alone(self, title: str, picture: Picture, kept: bool) -> None:
        from docx.oxml import parse_xml

        if title:
            paragraph = self._paragraph(title, "Thesis Text")
            paragraph.runs[0].bold = True
            paragraph.paragraph_format.keep_with_next = True
        made = self._inline(picture, min(picture.width * _DRAWN_PT, self.room / 12700))
        paragraph = self._paragraph("", "Normal")
        paragraph.paragraph_format.keep_with_next = kept or None
        paragraph._p.append(parse_xml(f"<w:p {SPACE}>{made}</w:p>")[0])

    def _inline(self, picture: Picture, wide: float) -> str:
        """A picture as a part of a run, so many points wide; '' where it is not drawn."""
        drawn = self.drawn.get(picture.svg)
        if drawn is None:
            return ""
        part, _ = self.made.part.get_or_add_image(io.BytesIO(drawn.png))
        self.placed += 1
        return inline_xml(picture, part, self.placed, self.pt(wide), self.pt(wide * drawn.ratio))

    # --- tables -----------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> None:
        if table.caption:
            self._paragraph(table.caption, "Heading 2")
        from docx.oxml import parse_xml

        share = widths(table)
        wide = [int(self.room * part / sum(share)) for part in share]
        points = 7 if len(table.head) > WIDE else None
        how = Setting(
            self._id("Table Grid"), self._id("Thesis Text"), points,
            lambda picture: self._inline(picture, picture.width * _IN_TABLE_PT),
        )  # fmt: skip
        made = table_xml(table, wide, how)
        self.made.element.body.insert_element_before(parse_xml(made), "w:sectPr")
        self.made.add_paragraph("", style=self._there("Thesis Text"))

    # --- fields -----------------------------------------------------------------------------------------------

    def _contents(self, titles: Sequence[str]) -> None:
        """A table of contents that Word fills with pages when it is asked to; until then it lists the chapters."""
        heading = self._paragraph(say("Contents"), "Heading 2")
        heading.paragraph_format.page_break_before = True  # what comes before is the first page, which is read alone
        for at, title in enumerate(titles):
            paragraph = self._paragraph("", "TOC 1")
            if not at:
                self._field_mark(paragraph, "begin")
                self._instruction(paragraph, 'TOC \\o "1-1" \\h \\z \\u')
                self._field_mark(paragraph, "separate")
            paragraph.add_run(plain(title))
            paragraph.paragraph_format.keep_with_next = at < len(titles) - 1
            if at == len(titles) - 1:
                self._field_mark(paragraph, "end")

    def _footer(self, text: str) -> None:
        """Text and `page / pages`, where the template has no footer."""
        footer = self.made.sections[0].footer
        paragraph: Any = footer.paragraphs[0] if footer.paragraphs else footer.add_paragraph()
        if any(p.text for p in footer.paragraphs):
            return
        paragraph.style = self._there("Thesis Quiet")
        paragraph.add_run(f"{plain(text)} · ")
        self._field(paragraph, "PAGE")
        paragraph.add_run(" / ")
        self._field(paragraph, "NUMPAGES")

    def _field(self, paragraph: Any, instruction: str) -> None:
        self._field_mark(paragraph, "begin")
        self._instruction(paragraph, instruction)
        self._field_mark(paragraph, "separate")
        paragraph.add_run("1")
        self._field_mark(paragraph, "end")

    def _field_mark(self, paragraph: Any, kind: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(mark)

    def _instruction(self, paragraph: Any, text: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        words = OxmlElement("w:instrText")
        words.set(qn("xml:space"), "preserve")
        words.text = f" {text} "
        paragraph.add_run()._r.append(words)
