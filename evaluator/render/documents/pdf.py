"""The memo as a PDF: tagged (PDF/UA-1), with contents, bookmarks, page numbers and embedded fonts.

In: a `Document`. Out: the bytes, the same for the same memo and fonts, with a warning for each sign that no font has; or what
stood in the way. Must not know rules, facts or how anything was calculated.

Typst sets it, from `templates/memo.typ`. What the memo says goes there as data and is never read as Typst. PDF/UA asks that
every sign has a shape, so Typst refuses a sign that no font has, where it would else leave a box: a picture (an emoji) is then
named by its number, and said; a text that cannot be read (Chinese without a Chinese font) is an error.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dsl.text.diagnostics import Diagnostic
from dsl.text.hidden import code_point
from evaluator.codes.messages import make
from evaluator.render.documents.made import Made
from evaluator.render.documents.pictures import FONT, MARKS, Colours
from evaluator.render.documents.tables import SHORT, SMALL, WIDE, as_table, longest, widths
from evaluator.render.languages.speaking import say, spoken
from evaluator.render.memo.appendix import Chapter
from evaluator.render.memo.memo import Document
from evaluator.render.memo.words import plain, softened
from evaluator.render.outlook.blocks import Bars, Block, Cell, Heading, Items, Picture, Pictures, Strips, Table, Words
from evaluator.render.templating.house import House
from evaluator.session.reading import Failed

FONTS = (
    FONT, MARKS, "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC", "SimSun",
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei",
)  # fmt: skip
"""The first that is there and has a sign sets it. The first two come with Typst, so that a memo without Chinese is
the same on every machine; the others are those of Chinese that systems and their packages have."""
MONO = FONTS[1:]
_LONG = 600
"""A cell of more characters may go over a page; any other stands on one."""
_UNREAD = "no font on this machine has {}, and a PDF would show boxes in their place"
_NAMED = "no font on this machine has {}: the PDF names each by its number"
_REFUSED = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')


def to_pdf(memo: Document, template: Path, system: bool = True, house: House | None = None) -> Made | Failed:
    """The PDF of a memo. `template`: the Typst file that sets it; `system`: whether the fonts of the system are looked at; `house`: a
    house style."""
    import typst

    found = _fonts(system)
    there = set(found.families())
    fonts, unset = _of_house(house, there)
    data = _data(memo, house) | fonts | {"mono": _there(MONO, there)}
    lost: set[str] = set()
    while True:  # each round names a sign that none before it did, and a memo has so many
        try:
            text = json.dumps(_without(data, lost), ensure_ascii=False, sort_keys=True)
            made, said = typst.compile_with_warnings(
                template.read_bytes(),
                format="pdf",
                sys_inputs={"memo": text},
                font_paths=found,
                pdf_standards=["ua-1"],
            )
        except typst.TypstError as error:
            missing = {char for found in _REFUSED.findall(error.diagnostic) for char in found} - lost
            if not missing:
                return Failed((_unset(template, error.diagnostic),), wrong_use=True)
            lost |= missing
            unread = {char for char in lost if unicodedata.category(char)[0] in "LMN"}
            if unread:
                return Failed(
                    (make("C002", None, what=_UNREAD.format(_listed(unread)), mend=_to_install(unread)),),
                    wrong_use=True,
                )
            continue
        odd = dict.fromkeys(f"Typst says of the PDF: {warning}" for warning in said)
        return Made(bytes(made), (*unset, *odd, *((_NAMED.format(_listed(lost)),) if lost else ())))


def _unset(template: Path, said: str) -> Diagnostic:
    """That Typst takes the template not as it is, with its own words."""
    errors = [part for part in said.split("\n\n") if part.startswith("error")] or [said]
    what = f"Typst does not take this template: {' '.join(errors[0].split())}"
    return make("C002", None, at=str(template), what=what, mend="mend the template, or take the project's own")


@cache
def _fonts(system: bool) -> Any:
    """The fonts of Typst and of the system; looked up once in a process."""
    import typst

    return typst.Fonts(include_system_fonts=system, include_embedded_fonts=True)


def _there(wanted: Sequence[str], there: set[str]) -> list[str]:
    return [family for family in wanted if family in there]


def _of_house(house: House | None, there: set[str]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """The fonts of text and of headings, those of the house first; and what is to be said of those that are not here."""
    wanted = (house.text, house.headings) if house is not None else ((), ())
    own = _there(FONTS, there)
    text, headings = ([*_there(fonts, there), *own] for fonts in wanted)
    unset = [fonts for fonts in dict.fromkeys(wanted) if fonts and not _there(fonts, there)]
    said = tuple(f"this machine has no font {' or '.join(fonts)}: the PDF is set in {own[0]}" for fonts in unset)
    return {"fonts": text, "headings": headings}, said


# --- signs that no font has ------------------------------------------------------------------------------------


def _without(data: Any, lost: set[str]) -> Any:
    """The same with each of these signs as its number, `[U+1F680]`."""
    if not lost:
        return data
    if isinstance(data, Mapping):
        return {key: _without(value, lost) for key, value in data.items()}
    if isinstance(data, list):
        return [_without(value, lost) for value in data]
    return "".join(f"[{code_point(c)}]" if c in lost else c for c in data) if isinstance(data, str) else data


def _listed(signs: set[str]) -> str:
    """`阿 (U+963F), 里 (U+91CC) and 12 more`."""
    found = sorted(signs)
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return ", ".join(f"{sign} ({code_point(sign)})" for sign in found[:5]) + more


_SCRIPTS = {
    "CJK": "fonts-noto-cjk", "HIRAGANA": "fonts-noto-cjk", "KATAKANA": "fonts-noto-cjk", "HANGUL": "fonts-noto-cjk",
}  # fmt: skip


def _to_install(signs: set[str]) -> str:
    """Which font to install, and where else one may be put."""
    scripts = sorted({unicodedata.name(sign, "UNKNOWN").split()[0] for sign in signs})
    packages = sorted({_SCRIPTS.get(script, "fonts-noto-core") for script in scripts})
    font = "Noto Sans CJK SC" if packages == ["fonts-noto-cjk"] else "Noto"
    return (
        f"install a font that has them, such as {font} (Debian and Ubuntu: `apt install {' '.join(packages)}`), or put its file "
        "into ~/.local/share/fonts"
    )


# --- the data of the template --------------------------------------------------------------------------------


def _data(memo: Document, house: House | None) -> dict[str, Any]:
    head = memo.head
    colours = dict(house.colours) if house is not None else {}
    svg = Colours(colours)
    return {
        "kicker": _text(head.kicker),
        "title": _text(head.title),
        "about": " · ".join(f"{_text(word)} {_text(said)}" for word, said in head.about),
        "first": [_text(line) for line in head.first],
        "foot": " · ".join(_text(said) for word, said in head.about if word in (say("As of"), say("Rules"))),
        "contents": say("Contents"),
        "brief": memo.brief,
        "front": _chapter(memo.front, svg),
        "chapters": [_chapter(c, svg) for c in memo.chapters],
        "appendix": [_chapter(c, svg) for c in memo.appendix],
        "disclaimer": [
            *([_text(house.disclaimer)] if house is not None and house.disclaimer else []),
            _text(head.disclaimer),
        ],
        "house": {"name": _text(house.name), "logo": _logo(house.logo)} if house is not None else None,
        "colours": colours,
        "paper": "a4",
        "language": spoken().tag.partition("-")[0],
    }


def _text(text: str) -> str:
    return softened(plain(text))


def _logo(logo: str) -> dict[str, Any] | None:
    """The picture in its address (`data:image/png;base64,…`): its format and its bytes."""
    if not logo:
        return None
    kind, _, text = logo.removeprefix("data:image/").partition(";base64,")
    formats = {"svg+xml": "svg", "jpeg": "jpg"}
    return {"format": formats.get(kind, kind), "bytes": list(base64.b64decode(text))}


def _picture(picture: Picture, svg: Colours) -> dict[str, Any]:
    return {"svg": svg(picture), "width": picture.width, "words": _text(picture.words)}


def _chapter(chapter: Chapter, svg: Colours) -> dict[str, Any]:
    return {"title": _text(chapter.title), "blocks": [_block(block, svg) for block in chapter.blocks]}


def _block(block: Block | Pictures, svg: Colours) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": _text(block.text)}
        case Words():
            return {"kind": "words", "look": block.look, "text": _text(block.text)}
        case Items():
            leads = block.leads or ("",) * len(block.items)
            items = [[_text(lead), _text(item)] for lead, item in zip(leads, block.items, strict=True)]
            return {"kind": "items", "items": items}
        case Pictures():
            pictures = [{"title": _text(title), "picture": _picture(picture, svg)} for title, picture in block.pictures]
            return {"kind": "pictures", "pictures": pictures, "columns": block.columns, "kept": block.kept}
        case Strips():
            return {"kind": "lines", "text": "\n".join(map(_line, block.characters))}
        case Bars():
            return _table(as_table(block), svg)
        case Table():
            return _table(block, svg)


def _line(text: str) -> str:
    return plain(text.replace(" ", "\u00a0"))


def _table(table: Table, svg: Colours) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _text(table.caption),
        "heat": table.heat,
        "size": SMALL if len(table.head) > WIDE else 1,
        "head": [_text(cell) for cell in table.head],
        "columns": [0 if longest(table, at) <= SHORT else part for at, part in enumerate(widths(table))],
        "rows": [[_cell(cell, svg) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell, svg: Colours) -> dict[str, Any]:
    return {
        "text": _line(cell.text) if cell.look == "bar" else _text(cell.text),
        "look": cell.look,
        "strong": cell.strong,
        "toned": cell.toned,
        "more": [_text(line) for line in cell.more],
        "drawn": [
            _picture(picture, svg) if picture is not None else None
            for picture in cell.drawn or (None,) * len(cell.more)
        ],
        "long": len(cell.more) > 8 or sum(map(len, (cell.text, *cell.more))) > _LONG,
    }
