"""A house style is taken as it is checked, or told at its place; colours that are not read are said, and the nearest are."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.render import page
from evaluator.render.page import render
from evaluator.render.templating.contrast import AA, ratio, readable
from evaluator.render.templating.filters import DOCUMENTED
from evaluator.render.templating.house import MAX_LOGO, read_house, shipped_colours
from tests.evaluator.report.test_golden import report
from tests.paths import ROOT

CSS = (page.bundled() / "partials/style.css.j2").read_text("utf-8")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@given(COLOURS, COLOURS)
@settings(max_examples=25, deadline=None)
def test_the_nearest_shade_can_be_read(colour: str, on: str) -> None:
    assert ratio(colour, on) == ratio(on, colour) >= 1
    shade = readable(colour, on)
    assert ratio(shade, on) >= AA
    assert shade == colour or ratio(colour, on) < AA


def test_contrast_is_that_of_wcag() -> None:
    """Two figures that are known: black on white is 21, and #767676 is the lightest grey that is read on white."""
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert ratio("#777777", "#ffffff") < AA


def test_the_colours_that_ship_can_be_read() -> None:
    for colours in shipped_colours(CSS):
        assert {"ink", "muted", "paper", "page", "accent", "good", "bad", "warn"} <= set(colours)
        for name in ("ink", "muted", "accent", "good", "bad", "warn"):
            assert ratio(colours[name], colours["paper"]) >= AA, name
        for name in ("accent", "good", "bad", "warn"):
            assert ratio(colours[name], colours[f"{name}-soft"]) >= AA, name


def test_a_house_style_reaches_the_page(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    (tmp_path / "house.yaml").write_text(
        'name: A & B <i>\nlogo: logo.png\ncolours: {accent: "#7a1f2b", muted: "#555"}\n'
        "fonts: {headings: [Georgia], text: [Arial, sans-serif]}\ndisclaimer: For <b>you</b>.\n",
        encoding="utf-8",
    )
    house, found = read_house(tmp_path / "house.yaml", CSS)
    assert house is not None
    assert found == []
    result = report("alibaba", "2026-05-14")
    html = render(result, "html", house=house)
    assert f'src="data:image/png;base64,{base64.b64encode(PNG).decode()}" alt="A &amp; B &lt;i&gt;"' in html
    assert "img-src data:" in html
    assert "For &lt;b&gt;you&lt;/b&gt;." in html
    assert "--accent: #7a1f2b" in html
    assert "--muted: #555555" in html
    assert '--serif: "Georgia", serif' in html
    dark = html.rpartition("prefers-color-scheme: dark")[2].partition("}")[0]
    assert "--muted: #a5afb9" in dark, "what is set for the light must not count in the dark"
    assert "For <b>you</b>." not in render(result, "md", house=house)
    assert "For &lt;b>you&lt;/b>." in render(result, "md", house=house)
    assert "img-src" not in render(result, "html")


BIG = base64.b64encode(PNG + b"\0" * MAX_LOGO).decode()
WRONG: dict[str, tuple[str, int]] = {
    "colours: {}\n": ("has no `name`", 0),
    "name: A\nnmae: B\n": ("did you mean `name`?", 2),
    'name: A\ncolours: {acent: "#ffffff"}\n': ("did you mean `accent`?", 2),
    "name: A\ncolours: {accent: red}\n": ("'red' is no colour", 2),
    "name: A\ncolours:\n  accent: #ff0000\n": ("begins a remark", 3),
    'name: A\ncolours: {accent: "#fff;}body{display:none}"}\n': ("no colour", 2),
    'name: A\nfonts: {text: ["Arial;}*{color:red}"]}\n': ("no name of a font", 2),
    "name: A\nfonts: {text: Georgia}\n": ("write a list of names", 2),
    "name: A\ncolours: blue\n": ("write keys and values", 2),
    "name: A\nlogo: ../logo.png\n": ("there is no picture", 2),
    "name: A\nlogo: /etc/passwd\n": ("there is no picture", 2),
    "name: A\nlogo: house.yaml\n": ("no picture of the kind", 2),
    "name: A\nlogo: 'data:text/html;base64,PHNjcmlwdD4='\n": ("no picture that a page can hold", 2),
    "name: A\nlogo: 'data:image/png;base64,AAAA'\n": ("no picture of the kind", 2),
    "name: A\nlogo: 'https://example.com/logo.png'\n": ("there is no picture", 2),
    f"name: A\nlogo: 'data:image/png;base64,{BIG}'\n": ("is larger than", 2),
    "name:\n": ("a text is missing", 1),
    "": ("says nothing", 0),
    "- name\n": ("says nothing", 1),
    "name: A\nname: B\n": ("twice", 2),
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_slip_is_told_at_its_place(text: str, tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(text, encoding="utf-8")
    house, found = read_house(tmp_path / "house.yaml", CSS)
    words, line = WRONG[text]
    assert house is None
    assert {d.code for d in found} == {"C031"}
    assert any(words in f"{d.message}; {d.hint}" for d in found), found
    assert not line or found[0].span is not None
    assert found[0].span is None or not line or found[0].span.source.position(found[0].span.start)[0] == line


def test_the_filters_give_what_the_page_says(tmp_path: Path) -> None:
    """The table of docs/templates.md is that of the code, and what it says is printed."""
    doc = (ROOT / "docs/templates.md").read_text("utf-8")
    result = report("alibaba", "2026-05-14")
    (tmp_path / "memo.html.j2").write_text("\n".join(f"[{d.example}]" for d in DOCUMENTED), encoding="utf-8")
    printed = render(result, "html", tmp_path).splitlines()
    for one, line in zip(DOCUMENTED, printed, strict=True):
        example = one.example.replace("|", "\\|")
        gives = one.gives or ("…" if one.name == "source" else "")
        assert f"| `{one.name}` | {one.does} | `{example}` | {gives}{' ' if gives else ''}|" in doc
        if one.name == "source":
            assert ", published 20" in line
        else:
            assert line == f"[{one.gives}]"
