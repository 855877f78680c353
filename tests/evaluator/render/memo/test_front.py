"""The memo on paper begins with the first page of the page, in its words and its order, and has its sections in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluator.render.documents import pdf, pictures
from evaluator.render.documents.made import Made
from evaluator.render.memo import words
from evaluator.render.memo.appendix import Chapter
from evaluator.render.memo.drawing import Drawing
from evaluator.render.memo.memo import LOOKED_UP, Document, document, sections
from evaluator.render.outlook.blocks import Block, Head, Heading, Items, Pictures, Table, Words
from evaluator.render.page import SECTIONS, render
from evaluator.render.templating.house import House, read_house
from evaluator.schema.report import Report, Valued
from evaluator.session.places import templates_dir
from tests.support.memos import inside, reported

DECIDED = ("alibaba", "BABA", "2026-05-14", "rules")
WORLDS = (
    DECIDED,
    ("alibaba", "BABA", "2025-09-15", "rules"),
    ("coreweave", "CRWV", "2026-05-14", "rules"),
    ("bank", "TIDE", "2026-05-14", "rules/examples"),
    ("biotech", "HRBR", "2026-05-14", "rules/examples"),
)


def spoken(text: str) -> list[str]:
    """The words and figures of a text, without its marks."""
    return re.findall(r"[\w.,%+−≥<≤>✓✗?▲▼◆→]+", re.sub(r"\\(.)", r"\1", text).replace("**", "").replace("|", " "))


def said(blocks: tuple[Block | Pictures, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Words():
                yield block.text
            case Items():
                yield from (f"{lead} {item}" for lead, item in zip(block.leads or [""] * 99, block.items, strict=False))
            case Table():
                yield from block.head
                yield from (part for row in block.rows for cell in row for part in (cell.text, *cell.more))
            case _:
                pass


def bare(tokens: list[str]) -> list[str]:
    return [bare for token in tokens if (bare := token.strip(".,:;?").lower())]


def no_score(report: Report) -> Report:
    return report.model_copy(update={"score": None, "score_rests": None, "asks": None})


def worth(report: Report) -> Report:
    """The same report with a value that is known, beside two scenarios."""
    found = report.model_copy(deep=True)
    known = report.model_copy(deep=True).conditions[0].checks[0].value
    for v in found.valuations:
        weighted = Valued(name="", title="", probability=None, value=known, upside=known)
        object.__setattr__(v, "range", known)
        object.__setattr__(v, "weighted", weighted)
    return found


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: f"{world[0]}-{world[2]}")
def test_page_one_says_what_the_page_says_in_its_order(world: tuple[str, ...]) -> None:
    report = worth(reported(*world)) if world != DECIDED else no_score(reported(*world))
    page = render(report, "md", page="brief")
    head, _, body = page.partition("## Verdicts")
    memo = document(report)
    assert f"# {memo.head.title}" == head.splitlines()[0].replace("\\", "")
    wanted = bare(spoken(re.sub(r"^[-| ]+$|^- ", "", body, flags=re.MULTILINE)))
    found = bare(spoken(" ".join([*said(memo.front.blocks), memo.head.disclaimer])))
    assert [w for w in found if w not in "–-"] == [w for w in wanted if w not in "–-"]


def test_sections_stand_in_the_order_of_the_page() -> None:
    report = reported(*DECIDED)
    page = re.findall(r"^## (.*)$", render(report, "md"), re.MULTILINE)
    memo = document(report)
    looked_up = [re.sub(r"^Appendix [A-H]\. ", "", c.title) for c in memo.appendix]
    paper = [*(c.title for c in memo.chapters), *looked_up[: len(LOOKED_UP)]]
    assert paper == [title for title in page if title not in ("Verdicts", "Appendix: facts", "Disclaimer")]
    assert looked_up[len(LOOKED_UP)] == "Facts"
    assert len(page) == len(SECTIONS) + 1
    assert list(sections(report)) == [s.id for s in SECTIONS if s.id not in ("verdicts", "facts")]


def as_pdf(memo: Document, house: House | None = None) -> Made:
    pytest.importorskip("typst")
    made = pdf.to_pdf(memo, templates_dir() / "memo.typ", system=False, house=house)
    assert isinstance(made, Made), made
    return made


def pages(made: Made) -> int:
    assert isinstance(made.product, bytes)
    return len(re.findall(rb"/Type\s*/Page\b", inside(made.product)))


def test_a_brief_pdf_is_one_page_set_smaller_where_it_must_be() -> None:
    memo = document(reported(*WORLDS[1]), Drawing(), brief=True)
    assert memo.chapters == memo.appendix == ()
    assert pages(as_pdf(memo)) == 1
    blocks = memo.front.blocks
    longer = Document(memo.head, Chapter("Verdicts", (*blocks, *blocks[-8:])), (), (), brief=True)
    assert pages(as_pdf(longer)) == 1
    endless = Document(memo.head, Chapter("Verdicts", blocks * 4), (), (), brief=True)
    assert pages(as_pdf(endless)) > 1  # nothing is ever cut


def test_a_drawing_on_paper_says_the_same_in_words_and_stands_alone() -> None:
    report, drawing = reported(*DECIDED), Drawing()
    checks = [check for c in report.conditions for check in c.checks]
    found = [drawing.series(s) for s in report.series] + [drawing.check(c) for c in checks]
    made = [picture for picture in found if picture is not None]
    assert len(made) > 20
    for picture in made:
        assert picture.words
        assert picture.svg.count("<svg") == 1
        used = set(re.findall(r"url\(#([a-z-]+)\)", picture.svg))
        assert used <= set(re.findall(r'id="([a-z-]+)"', picture.svg))
    memo = Document(
        Head("M", "T", (), (), "No."), Chapter("One", (Pictures((("A", made[0]), ("B", made[1]))),)), (), ()
    )
    whole = inside(as_pdf(memo).product)  # type: ignore[arg-type]
    assert made[0].words.encode() in whole
    assert len(re.findall(rb"/S\s*/Figure", whole)) == 2


def test_the_colours_of_drawings_are_those_that_a_house_may_set() -> None:
    charts = (templates_dir() / "partials" / "charts.html.j2").read_text(encoding="utf-8")
    palette = re.search(r"PALETTE = (\{.*?\})", charts)
    assert palette is not None
    shipped = dict(re.findall(r'"([a-z-]+)": "(#[0-9a-f]{6})"', palette[1]))
    assert set(shipped.values()) <= set(pictures._DRAWN.values())
    assert all(shipped[name] == colour for name, colour in pictures._DRAWN.items() if name in shipped)


def test_a_pdf_takes_the_look_of_a_house(tmp_path: Path) -> None:
    path = tmp_path / "house.yaml"
    path.write_text(
        'name: Harbour Capital\ncolours: {accent: "#7a1f4e"}\nfonts: {text: [DejaVu Sans Mono], headings: [Garamond, serif]}\n'
        "disclaimer: For clients alone.\nlogo: data:image/svg+xml;base64,"
        "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI5IiBoZWlnaHQ9IjkiPjxyZWN0IHdpZHRoPSI5IiBoZWlnaHQ9IjkiLz48L3N2Zz4=\n",
        encoding="utf-8",
    )
    css = (templates_dir() / "partials" / "style.css.j2").read_text(encoding="utf-8")
    house, problems = read_house(path, css)
    assert house is not None, problems
    memo = Document(Head("M", "T", (), (), "No."), Chapter("One", (Words("x"),)), (), ())
    made = as_pdf(memo, house)
    assert made.warnings == ("this machine has no font Garamond: the PDF is set in Libertinus Serif",)
    whole = inside(made.product)  # type: ignore[arg-type]
    assert b"/Alt(Harbour Capital)" in whole
    assert b"0.47843137 0.12156863 0.30588236" in whole
    assert b"DejaVuSansMono" in whole
    assert b"0.12156863 0.30588236 0.4745098" not in whole


def test_the_title_has_the_call() -> None:
    report = reported(*DECIDED)
    assert report.front.call is not None
    assert words.headline(report).endswith(f"({report.company.ticker}): {report.front.call.text}")  # type: ignore[union-attr]
