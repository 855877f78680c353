"""Facts files as they come from outside: which fact, where, and the mend; status 1 or 2; no file is left."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from evaluator.facts import yamltree
from tests.support.command_line import DAY, FACTS, HEAD, call, refused


def fact(name: str = "growth", **changes: str | None) -> str:
    """A facts file with one fact."""
    keys: dict[str, str | None] = {
        "date": "2026-03-31", "value": "12%", "published": "2026-05-13", "kind": "reported", "source": "Results",
    }  # fmt: skip
    written = ", ".join(f"{key}: {value}" for key, value in {**keys, **changes}.items() if value is not None)
    return f"{HEAD}  {name}:\n    - {{{written}}}\n"


CASES: dict[str, tuple[bytes | str, int, tuple[str, ...]]] = {
    "binary": (bytes(range(256)) * 4, 2, ("the file is binary, not text",)),
    "utf16": (FACTS.encode("utf-16"), 2, ("the file is UTF-16 text", "save it as UTF-8")),
    "latin": (FACTS.encode().replace(b"Call", b"Caf\xe9"), 2, ("the file is not UTF-8 text (line 9,",)),
    "large": (b"[" * 10_000_000, 2, ("the file is 10.0 MB; the most is 8.4 MB",)),
    "brackets": (b"[" * 7_000_000, 1, ("nested too deep", ":1:9")),
    "braces": (b"{" * 7_000_000, 1, ("nested too deep", ":1:9")),
    "open quote": ('name: "' + "a" * 1_000_000, 1, ("a quote that was opened is never closed", "close the text")),
    "empty": ("", 1, ("the facts file is empty", "fiscal_year_ends")),
    "comment": ("# later\n", 1, ("the facts file is empty",)),
    "list": ("- growth\n", 1, ("should be a list of keys and values", ":1:1")),
    "word": ("hello\n", 1, ("should be a list of keys and values", ":1:1")),
    "two documents": (FACTS + "---\nname: B\n", 1, ("a second document", ":10:1", "`---`")),
    "tab": ("name:\tAcme\n", 1, ("a tab stands where only spaces can", ":1:6")),
    "colon": ("name: Acme: the best\n", 1, ("no `:` can stand here", ":1:11", "quotes")),
    "percent": (fact(source="%a"), 1, ("no text can begin with this sign", ":7:", "quotes")),
    "control": (FACTS.replace("Call", "Ca\x01ll"), 1, ("a control character stands here", ":9:")),
    "anchors": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        1,
        ("an anchor or alias", ":1:4", "write the value out"),
    ),
    "tag": ('name: !!python/object/apply:os.system ["touch pwned"]\n', 1, ("a tag (!)", ":1:7", "plain values")),
    "merge": ("<<: {name: x}\n", 1, ("`<<`",)),
    "key twice": (HEAD.replace("ticker", "name"), 1, ("`name` is written twice", ":2:1", "keep one")),
    "no name": (FACTS.replace("name: Acme\n", ""), 1, ("has no `name`", ":1:1")),
    "no source": (
        fact(source=None),
        1,
        ("fact 1 of `growth` has no `source`", ":7:7", "nothing goes in without a source"),
    ),
    "no value": (fact(value=None), 1, ("fact 1 of `growth` has no `value`", ":7:7")),
    "misspelt key": (fact(valeu="3"), 1, ("fact 1 of `growth` has a key `valeu`", "did you mean `value`?")),
    "misspelt kind": (fact(kind="reportd"), 1, ("reportd is not a kind of source", "did you mean `reported`?", ":7:")),
    "currency": (FACTS.replace("CNY", "YUAN"), 1, ("YUAN is not a currency", ":3:11", "such as USD")),
    "year end": (FACTS.replace("03-31\n", "02-30\n", 1), 1, ("02-30 is not a day of the year", ":4:19")),
    "no such input": (fact("growht"), 1, ("no rule asks for a fact `growht`", "did you mean `growth`?", ":7:7")),
    "outside": (fact(value="2000%"), 1, ("`2000%` lies outside what `growth` (Growth) allows", "-100% to", ":7:")),
    "no such day": (fact(published="2026-02-30"), 1, ("there is no day 2026-02-30", ":7:", "YYYY-MM-DD")),
    "no such date": (fact(date="2026-02-30"), 1, ("2026-02-30", ":7:")),
    "early": (fact(date="2026-06-30"), 1, ("published on 2026-05-13, before its period ended on 2026-06-30", ":7:")),
    "unit": (fact(value="12bn"), 1, ("`growth` is a percent", ":7:")),
    "no figure": (fact(value="soon"), 1, ("`soon`", "no figure", ":7:", "38%")),
    "nan": (fact(value="nan"), 1, ("`nan`", "no figure", "unknown", ":7:")),
    "inf": (fact(value=".inf"), 1, ("`.inf`", "no figure", ":7:")),
    "overflow": (fact(value="9" * 400 + "%"), 1, ("too large to calculate with", ":7:")),
    "upside down": (fact(value="between 9% and 3%"), 1, ("between 9% and 3%", ":7:")),
    "two mistakes": (fact(value="soon", kind="reportd"), 1, ("reportd",)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_facts_file_may_not_hold(here: Path, case: str) -> None:
    data, status, words = CASES[case]
    (here / "bad.yaml").write_bytes(data if isinstance(data, bytes) else data.encode())
    before = sorted(os.listdir(here))
    begun = time.monotonic()
    for command in (("report", "small", "-o", "memo.json"), ("explain", "small", "call")):
        refused(call(*command, "--for", "ACME", *DAY, "--facts", "bad.yaml"), status, "bad.yaml", *words)
    assert time.monotonic() - begun < 20
    assert sorted(os.listdir(here)) == before


@pytest.mark.soak
def test_half_a_million_values(here: Path) -> None:
    (here / "bad.yaml").write_text("x:\n" + "- a\n" * 450_000, encoding="utf-8")
    ran = call("report", "small", "--for", "ACME", *DAY, "--facts", "bad.yaml")
    refused(ran, 1, "holds more than 400000 values", "bad.yaml:399")


def test_more_values_than_are_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, with a limit that is reached sooner."""
    monkeypatch.setattr(yamltree, "MAX_VALUES", 1_000)
    (here / "bad.yaml").write_text("x:\n" + "- a\n" * 1_500, encoding="utf-8")
    ran = call("report", "small", "--for", "ACME", *DAY, "--facts", "bad.yaml")
    refused(ran, 1, "holds more than 1000 values", "bad.yaml:999")


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_mark_and_any_newline_are_no_mistake(here: Path, mark: str, newline: str) -> None:
    plain = call("report", "small", "--for", "ACME", *DAY, "--format", "json")
    (here / "facts" / "ACME.yaml").write_bytes((mark + FACTS.replace("\n", newline)).encode())
    assert call("report", "small", "--for", "ACME", *DAY, "--format", "json") == plain


def test_every_mistake_of_a_file_is_told(here: Path) -> None:
    many = fact(value="soon") + "".join(
        f"    - {{date: 2026-03-{day}, value: {day}%, published: 2026-05-13, kind: hearsay, source: x}}\n"
        for day in range(10, 20)
    )
    (here / "bad.yaml").write_text(many, encoding="utf-8")
    ran = call("report", "small", "--for", "ACME", *DAY, "--facts", "bad.yaml")
    assert ran.err.count("hearsay is not a kind of source") == 10
