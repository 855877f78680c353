"""What a PDF, a Word document, a workbook, a card hold: pages, fonts, tags, styles, formulas; the same bytes each time; and what
is said where something stands in the way."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.render.documents.card import HIGH, WIDE, lines
from evaluator.render.documents.excel import comparison, formula
from evaluator.render.documents.made import Made
from evaluator.render.documents.pictures import pictures_of
from evaluator.render.documents.product import product
from evaluator.render.documents.tables import longest_word, widths
from evaluator.render.memo import words
from evaluator.render.memo.appendix import Chapter
from evaluator.render.memo.drawing import Drawing
from evaluator.render.memo.memo import Document, document
from evaluator.render.memo.words import softened
from evaluator.render.outlook.blocks import Head, Table, Words, cells
from evaluator.render.wide import columns, cut
from evaluator.session import service
from evaluator.session.places import templates_dir
from evaluator.session.reading import Failed
from tests.support.memos import inside, kept, reported
from tests.support.tags import tags

DECIDED = ("alibaba", "BABA", "2026-05-14", "rules")
UNDECIDED = ("alibaba", "BABA", "2025-09-15", "rules")
OTHERS = (UNDECIDED, ("coreweave", "CRWV", "2026-05-14", "rules"), ("bank", "TIDE", "2026-05-14", "rules/examples"))


def small(text: str) -> Document:
    return Document(Head("Memo", "A title", (), (), "No advice."), Chapter("One", (Words(text),)), (), ())


def set_as_pdf(memo: Document, template: str | None = None, tmp_path: Path | None = None) -> Made | Failed:
    pytest.importorskip("typst")
    from evaluator.render.documents.pdf import to_pdf

    path = templates_dir() / "memo.typ"
    if template is not None and tmp_path is not None:
        path = tmp_path / "own.typ"
        path.write_text(template, encoding="utf-8")
    return to_pdf(memo, path, system=False)


@cache
def pdf() -> bytes:
    memo = document(reported(), Drawing())
    made = set_as_pdf(Document(memo.head, memo.front, memo.chapters, memo.appendix[1:]))
    assert isinstance(made, Made)
    assert made.warnings == ()
    assert isinstance(made.product, bytes)
    return made.product


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", inside(data)))


def test_a_pdf_is_tagged_has_bookmarks_and_its_fonts() -> None:
    whole = inside(pdf())
    assert b"/MarkInfo" in whole
    assert b"/StructTreeRoot" in whole
    assert b"pdfuaid" in whole
    assert re.search(rb"/Lang\s*\(en", whole)
    assert b"/Outlines" in whole
    fonts, kept_inside = (len(re.findall(word, whole)) for word in (rb"/Type\s*/FontDescriptor", rb"/FontFile[23]?\b"))
    assert fonts == kept_inside > 0
    assert b"/ToUnicode" in whole


@pytest.mark.parametrize("case", [DECIDED, OTHERS[-1]], ids=lambda case: case[0] + case[2])
def test_the_tags_of_a_pdf_say_what_a_reader_of_screens_needs(case: tuple[str, ...]) -> None:
    memo = document(reported(*case), Drawing())
    made = set_as_pdf(memo)
    assert isinstance(made, Made)
    assert isinstance(made.product, bytes)
    catalogue, root = tags(made.product)
    assert catalogue["Lang"] == "en"
    assert catalogue["MarkInfo"]["Marked"] == "true"
    every = list(root.walk())
    figures = [tag for tag in every if tag.role == "Figure"]
    assert len(figures) == len(list(pictures_of(memo))) > 10
    assert all(tag.keys.get("Alt") for tag in figures)
    tables = [tag for tag in every if tag.role == "Table"]
    assert tables
    for table in tables:
        heads = [tag for tag in table.walk() if tag.role == "TH"]
        assert heads
        for head in heads:
            about = head.keys["A"]
            assert any(one.get("Scope") == "Column" for one in (about if isinstance(about, list) else [about]))
    levels = [int(tag.role[1]) for tag in every if re.fullmatch("H[1-6]", tag.role)]
    assert levels[0] == 1
    assert all(then <= before + 1 for before, then in pairwise(levels)), "no level is left out"


def test_a_pdf_is_the_same_each_time_and_has_no_hour() -> None:
    memo = document(reported(*UNDECIDED))
    one, other = (set_as_pdf(Document(memo.head, memo.front, memo.chapters[:2], ())) for _ in range(2))
    assert isinstance(one, Made)
    assert one == other
    assert isinstance(one.product, bytes)
    assert b"CreationDate" not in inside(one.product)


def test_a_memo_in_english_takes_no_font_of_the_machine() -> None:
    pytest.importorskip("typst")
    from evaluator.render.documents.pdf import to_pdf

    memo = document(reported(*UNDECIDED), Drawing())
    made = to_pdf(Document(memo.head, memo.front, memo.chapters, memo.appendix[:2]), templates_dir() / "memo.typ")
    assert isinstance(made, Made)
    assert isinstance(made.product, bytes)
    found = {name.decode() for name in re.findall(rb"/FontName\s*/[A-Z]{6}\+([\w-]+)", inside(made.product))}
    assert found
    assert all(name.startswith(("LibertinusSerif", "DejaVuSansMono")) for name in found), found


@pytest.mark.parametrize("case", [DECIDED, UNDECIDED], ids=lambda case: case[2])
def test_the_worked_example_takes_eight_pages_before_its_appendix(case: tuple[str, ...]) -> None:
    memo = document(reported(*case), Drawing())
    made = set_as_pdf(Document(memo.head, memo.front, memo.chapters, ()))
    assert isinstance(made, Made)
    assert isinstance(made.product, bytes)
    assert 3 <= pages(made.product) <= 8


def test_a_sign_without_a_font_is_named_and_said() -> None:
    made = set_as_pdf(small("To the moon \U0001f680, ¥ 5 ✓ ▲"))
    assert isinstance(made, Made)
    assert made.warnings == ("no font on this machine has \U0001f680 (U+1F680): the PDF names each by its number",)


def test_letters_without_a_font_are_an_error_that_says_what_to_install() -> None:
    found = set_as_pdf(small("阿里巴巴"))
    assert isinstance(found, Failed)
    (said,) = found.diagnostics
    assert "U+963F" in said.message
    assert "fonts-noto-cjk" in (said.hint or "")


def test_a_template_that_typst_does_not_take_is_named(tmp_path: Path) -> None:
    found = set_as_pdf(small("x"), "#let memo = json(bytes(sys.inputs.memo))\n#memo.nothing", tmp_path)
    assert isinstance(found, Failed)
    assert found.diagnostics[0].path == str(tmp_path / "own.typ")
    assert "nothing" in found.diagnostics[0].message


def word_document(house: Path | None = None) -> bytes:
    pytest.importorskip("docx")
    made = product("docx", reported(*UNDECIDED), kept, house)
    assert isinstance(made, Made), made
    assert isinstance(made.product, bytes)
    return made.product


def test_a_word_document_takes_the_styles_of_the_house(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    own = word_document()
    assert own == word_document()
    house = docx.Document()
    house.styles["Heading 1"].font.name = "House Sans"
    house.add_paragraph("Text of the template")
    house.sections[0].header.paragraphs[0].text = "The house"
    house.save(tmp_path / "house.docx")
    made = docx.Document(io.BytesIO(word_document(tmp_path / "house.docx")))
    assert made.styles["Heading 1"].font.name == "House Sans"
    assert made.sections[0].header.paragraphs[0].text == "The house"
    said = [p.text for p in made.paragraphs]
    assert "Text of the template" not in said
    assert [p.text for p in made.paragraphs if p.style.name == "Heading 1"] == [
        p.text for p in docx.Document(io.BytesIO(own)).paragraphs if p.style.name == "Heading 1"
    ]
    assert {"Thesis Text", "Thesis Quiet"} <= {style.name for style in made.styles}
    assert made.tables[0].rows[0]._tr.trPr.find(docx.oxml.ns.qn("w:tblHeader")) is not None


def test_a_word_document_shows_every_drawing_and_says_it_in_words() -> None:
    pytest.importorskip("typst")
    docx = pytest.importorskip("docx")
    memo = document(reported(*UNDECIDED), Drawing())
    wanted = [words.plain(picture.words) for picture in pictures_of(memo)]
    made = docx.Document(io.BytesIO(word_document()))
    places = made.element.body.findall(f".//{docx.oxml.ns.qn('wp:docPr')}")
    assert [place.get("descr") for place in places] == wanted
    assert len({place.get("id") for place in places}) == len(places) > 40
    for blip in made.element.body.findall(f".//{docx.oxml.ns.qn('a:blip')}"):
        part = made.part.related_parts[blip.get(docx.oxml.ns.qn("r:embed"))]
        assert part.blob.startswith(b"\x89PNG")
    for extent in made.element.body.findall(f".//{docx.oxml.ns.qn('wp:extent')}"):
        assert 0 < int(extent.get("cx")) <= (21 - 2 * 2) * 360_000 + 635  # the room between the margins


def test_without_what_draws_a_word_document_has_tables_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    docx = pytest.importorskip("docx")
    monkeypatch.setattr(service, "find_spec", lambda name: None if name == "typst" else name)
    made = product("docx", reported(*UNDECIDED), kept)
    assert isinstance(made, Made)
    assert isinstance(made.product, bytes)
    assert "typst" in made.warnings[0]
    assert not docx.Document(io.BytesIO(made.product)).element.body.findall(f".//{docx.oxml.ns.qn('wp:docPr')}")


@pytest.mark.parametrize("data", [b"no archive", b""])
def test_what_is_no_word_document_is_no_template(tmp_path: Path, data: bytes) -> None:
    pytest.importorskip("docx")
    (tmp_path / "house.docx").write_bytes(data)
    for name in ("house.docx", "nowhere.docx"):
        found = product("docx", reported(*UNDECIDED), kept, tmp_path / name)
        assert isinstance(found, Failed)
        assert found.diagnostics[0].path == str(tmp_path / name)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "find_spec", lambda name: None)
    for form in ("pdf", "docx"):
        found = product(form, reported(), kept)
        assert isinstance(found, Failed)
        assert f"thesis-evaluator[{form}]" in (found.diagnostics[0].hint or "")
    assert isinstance(product("slack", reported(), kept), Made)


def workbook(*case: str) -> bytes:
    made = product("xlsx", reported(*case), lambda: kept(*case))
    assert isinstance(made, Made)
    assert isinstance(made.product, bytes)
    return made.product


def test_a_workbook_is_the_same_each_time_and_passes_values_along() -> None:
    data = workbook(*UNDECIDED)
    assert data == workbook(*UNDECIDED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = "".join(archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet"))
    assert len(re.findall(r"<f>", sheets)) > 100
    assert not re.search(r"</f></c>|</f><v></v>|#NAME|#REF", sheets)


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "case", [("alibaba", "BABA", "2026-05-14", "rules"), *OTHERS], ids=lambda case: case[0] + case[2]
)
def test_libreoffice_calculates_what_the_report_says(case: tuple[str, ...], tmp_path: Path) -> None:
    """Every value is taken out of the workbook, and LibreOffice calculates it anew."""
    calamine = pytest.importorskip("python_calamine")
    data = workbook(*case)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(tmp_path / "empty.xlsx", "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part) if "worksheets/sheet" in name else part)
    for form, name in (("ods", "empty.xlsx"), ("xlsx:Calc MS Excel 2007 XML", "empty.ods")):
        subprocess.run(["soffice", "--headless", "--convert-to", form, "--outdir", str(tmp_path), str(tmp_path / name)],
                       check=True, capture_output=True, timeout=300)  # fmt: skip
    ours = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    theirs = calamine.CalamineWorkbook.from_path(str(tmp_path / "empty.xlsx"))
    for name in ("Summary", "Scorecard", "Tests", "Figures"):
        one, other = (book.get_sheet_by_name(name).to_python() for book in (ours, theirs))
        for row, again in zip(one, other, strict=False):
            for value, found in zip(row, again, strict=False):
                assert value == (pytest.approx(found, rel=1e-9) if isinstance(value, float) else found), (name, row)


def test_a_formula_stands_in_brackets() -> None:
    from evaluator.ledger.trees import Fn, Key, Neg, Num, Op

    places = {("a", False): "Figures!$D$2"}
    tree = Op("^", Neg(Key("a")), Fn("MAX", (Num(2.0), Num(-1.0))))
    assert formula(tree, places) == "((-Figures!$D$2)^MAX(2.0,(-1.0)))"
    assert comparison(">=", ("A1", "B1"), ("C1", "D1"), True).startswith("IF(AND(ISNUMBER(D1),ISNUMBER(A1)")


@pytest.mark.parametrize(
    "case", [("alibaba", "BABA", "2026-05-14", "rules"), *OTHERS], ids=lambda case: case[0] + case[2]
)
def test_a_card_fits_one_screen_and_says_each_verdict(case: tuple[str, ...]) -> None:
    found, report = lines(reported(*case)), reported(*case)
    assert len(found) <= HIGH
    assert max(map(columns, found)) <= WIDE
    for verdict in report.verdicts:
        assert any(verdict.title[:20] in line for line in found), verdict.title
    assert "Not investment advice" in found[-1]


def test_what_is_cut_shows_it() -> None:
    assert cut("阿里巴巴集团", 7) == "阿里巴…"
    assert cut("short", 5) == "short"
    assert cut("longer", 5) == "long…"


def test_a_long_word_breaks_and_a_short_one_does_not() -> None:
    assert softened("x" * 30, mark="|") == "|".join(["x" * 14, "x" * 14, "xx"])
    assert softened("one two", mark="|") == "one two"


def test_columns_of_figures_get_room_beside_sentences() -> None:
    table = Table(
        ("Figure", "Now"), (cells("A sentence that is long, and goes on for a while, as they do", "1.25bn CNY"),)
    )
    wide = widths(table)
    assert sum(wide) == pytest.approx(100, abs=0.1)
    assert wide[0] > wide[1] > 10


def test_the_memo_says_each_verdict_condition_and_kill() -> None:
    report = reported(*UNDECIDED)
    memo = document(report)
    said = set(texts([memo.front, memo.chapters, memo.appendix]))
    for part in (*report.verdicts, *report.conditions, *report.kills, *report.params):
        assert part.title in said
    assert not any(re.search(r"\bNone\b|  ", text) for text in said)


def texts(node: Any) -> Iterator[str]:
    """Every text of a memo."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, (tuple, list)):
        for part in node:
            yield from texts(part)
    elif is_dataclass(node) or hasattr(node, "__slots__"):
        for name in node.__match_args__:
            yield from texts(getattr(node, name))


@given(st.lists(st.tuples(*[st.text("ab ", max_size=90)] * 4), min_size=1, max_size=6))
def test_a_column_holds_its_longest_word_where_the_page_has_room(rows: list[tuple[str, ...]]) -> None:
    table = Table(("What", "Was", "Is", "Module"), tuple(cells(*row) for row in rows))
    wide, words = widths(table), [longest_word(table, at) for at in range(4)]
    assert sum(wide) == pytest.approx(100, abs=0.1)
    if sum(word * 1.15 + 2.5 for word in words) < 90:
        assert all(part >= 0.8 * word for part, word in zip(wide, words, strict=True))
