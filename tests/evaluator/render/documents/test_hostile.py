"""What facts and rules say shows as text in every format, whatever they say: markup, templates, formulas, Typst, Mermaid,
Markdown, marks of direction, words without an end."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from html import unescape
from xml.etree import ElementTree

import pytest

from evaluator.render.as_json import render_json
from evaluator.render.documents.card import HIGH, WIDE, lines
from evaluator.render.documents.made import Made
from evaluator.render.documents.product import product
from evaluator.render.memo.words import plain
from evaluator.render.outlook.pages import report_page
from evaluator.render.wide import columns
from evaluator.schema.report import Report
from tests.support.memos import HOSTILE, damaged, inside, kept, reported

STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffe]")


@cache
def hostile() -> Report:
    return damaged(reported())


def made(form: str) -> bytes:
    if form in ("md", "html"):
        return report_page(hostile(), "md" if form == "md" else "html").encode()
    if form == "json":
        return render_json(hostile()).encode()
    found = product(form, hostile(), kept)
    assert isinstance(found, Made), found
    return found.product.encode() if isinstance(found.product, str) else found.product


def html(page: str) -> None:
    assert not re.search(r"<(script|img|iframe|object|embed|link)\b", page)
    assert not re.search(r'(?:href|src)="(?!#|https?:)', page)
    assert "{{ 7*7 }}" in page


def md(page: str) -> None:
    assert "<script" not in page
    assert "```mermaid\ngraph TD" not in page
    links = re.findall(r"(?<!\\)\]\(([^)]*)\)", page)
    assert all(link.startswith(("http://", "https://", "#")) for link in links), links


def read_again(page: str) -> None:
    assert json.loads(page)["title"] == hostile().title


def slack(page: str) -> None:
    assert not set(page) & set("<>")
    assert not re.search(r":skull:|@here|[`~]", page)
    assert not re.search(r"&(?!amp;|lt;|gt;)", page)
    assert all(len(line) < 2_000 for line in page.splitlines())
    ours = re.sub(r"^\*[A-Z][a-z ]+(: [^*]*)?\*|: \*[^*]*\*|upside \*[^*]*\*", "", page, flags=re.MULTILINE)
    assert "*" not in ours
    assert not STEERS.search(page)


def card(page: str) -> None:
    found = page.splitlines()
    assert len(found) <= HIGH
    assert all(columns(line) <= WIDE for line in found)
    assert not STEERS.search(page)


def docx(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        body = ElementTree.fromstring(archive.read("word/document.xml"))
        links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    said = "\n".join("".join(t.text or "" for t in p.iter(f"{word}t")) for p in body.iter(f"{word}p"))
    for text in HOSTILE:
        assert plain(text) in said, text[:40]
    assert {(f.text or "").split()[0] for f in body.iter(f"{word}instrText")} == {"TOC"}
    assert not list(body.iter(f"{word}hyperlink"))
    assert b'TargetMode="External"' not in links
    assert not STEERS.search(said)


def xlsx(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = "".join(archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/"))
        strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    formulas = {unescape(found) for found in re.findall(r"<f>(.*?)</f>", sheets)}
    words = {w for f in formulas for w in re.findall(r"[A-Za-z]{2,}", re.sub(r'"[^"]*"|\d[eE][-+]?\d+', "", f))}
    assert words <= {"IF", "AND", "OR", "NOT", "ISNUMBER", "ISTEXT", "NA", "ABS", "MAX", "MIN", "SUM", "SUMIFS", "SUMPRODUCT",
                     "Figures", "Scorecard", "Tests"}, words  # fmt: skip
    assert "<hyperlink" not in sheets
    said = {"".join(t.text or "" for t in item.iter() if t.tag.endswith("}t")) for item in strings}
    for text in HOSTILE:
        assert any(plain(text) in one for one in said), text[:40]
    assert not any(STEERS.search(one) for one in said)


def pdf(data: bytes) -> None:
    """Typst stops at `#panic` and at a label that is nowhere, so that nothing of it was read as Typst."""
    whole = inside(data)
    for word in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/EmbeddedFile", b"/SubmitForm"):
        assert word not in whole, word


LOOKS = {"html": html, "md": md, "json": read_again, "slack": slack, "card": card}
BYTES = {"docx": docx, "xlsx": xlsx, "pdf": pdf}


@pytest.mark.parametrize("form", [*LOOKS, *BYTES])
def test_it_is_text_in_every_format(form: str) -> None:
    pytest.importorskip({"pdf": "typst", "docx": "docx"}.get(form, "json"))
    data = made(form)
    if form in LOOKS:
        LOOKS[form](data.decode())
    else:
        BYTES[form](data)


def test_a_card_counts_columns_of_a_terminal() -> None:
    chinese = hostile().model_copy(update={"title": "阿里巴巴：" + "云" * 100, "alerts": []})
    assert max(columns(line) for line in lines(chinese)) <= WIDE
