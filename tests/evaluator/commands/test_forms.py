"""A product is written in the form that was asked for, and never in another under its name."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click
import pytest

from evaluator.commands.forms import form_of
from tests.support.command_line import DAY, call, refused

FORMS = ("md", "html", "json", "pdf", "docx", "xlsx", "card", "slack")


@pytest.mark.parametrize(
    ("form", "output", "chosen"),
    [
        (None, None, "md"),
        (None, "memo.PDF", "pdf"),
        (None, "memo.txt", "card"),
        (None, "pipe", "md"),
        ("json", "memo.data", "json"),
        ("md", "memo.txt", "md"),
        ("md", "memo.json", "md"),
        ("xlsx", "memo.xlsx", "xlsx"),
        ("pdf", "/dev/null", "pdf"),
    ],
)
def test_the_form(form: str | None, output: str | None, chosen: str) -> None:
    assert form_of(form, Path(output) if output else None, FORMS, "md", lines="card") == chosen


@pytest.mark.parametrize(
    ("form", "output", "words"),
    [
        (None, "memo.odt", "`.odt` does not say"),
        (None, "BABA.2026-05-14", ".md, .markdown, .html, .htm, .json, .txt, .pdf, .docx, .xlsx"),
        (None, "memo.csv", "`.csv` does not say"),
        ("md", "memo.pdf", "memo.pdf is what a PDF is called, and --format says md: end its name in .md"),
        ("pdf", "memo.html", "end its name in .pdf"),
        ("card", "memo.docx", "end its name in .txt"),
    ],
)
def test_what_no_form_is_named_by(form: str | None, output: str, words: str) -> None:
    with pytest.raises(click.UsageError) as refusal:
        form_of(form, Path(output), FORMS, "md", lines="card")
    assert words in refusal.value.message


def test_a_screen_is_sent_no_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    assert form_of("xlsx", None, FORMS, "md") == "xlsx"  # a pipe takes one
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", screen)
    with pytest.raises(click.UsageError, match="a workbook is not for the screen; name a file with -o"):
        form_of("xlsx", None, FORMS, "md")


def test_every_command_refuses_an_ending_that_says_nothing(here: Path) -> None:
    about = ("small", "--for", "ACME")
    for asked in (("report", *about), ("flip", *about), ("compare", *about), ("sensitivity", *about)):
        refused(call(*asked, *DAY, "-o", "memo.odt"), 2, "`.odt` does not say")
    refused(call("report", *about, *DAY, "--template", "x.docx"), 2, "--template is a folder of templates")
    refused(call("report", *about, *DAY, "--brief", "-o", "memo.xlsx"), 2, "--brief is a page")
    refused(
        call("report", *about, *DAY, "--style", "house.yaml", "-o", "memo.docx"), 2, "--style is for pages and the PDF"
    )
    assert not list(here.glob("memo*"))


def test_a_card_and_a_message_are_a_product_on_stdout() -> None:
    about = ("report", "small", "--for", "ACME", *DAY, "--format")
    card, slack = (call(*about, form) for form in ("card", "slack"))
    assert card.out.splitlines()[:2] == [
        "Call     ? Size of the sales: Large or Small (not decided)",
        "Small rules (ACME)",
    ]
    assert slack.out.startswith("*Thesis: Small rules (ACME): Size of the sales: Large or Small (not decided)*\n")
    assert "• The call: *▲ Buy* – Growth is 12%." in slack.out or "It grows 12%." in slack.out
