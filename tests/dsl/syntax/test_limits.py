"""What no analyst writes: files that are huge, deep or wrong on every line. Bounded time, a clear word, no crash."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dsl.check.checker import MAX_DIAGNOSTICS, Checked, check_file
from dsl.link.load import Library
from dsl.syntax.parse import MAX_SYNTAX_ERRORS, parse
from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile

HEAD = 'rules big "Big"\ninput growth "Growth" : percent per quarter\n'


def checked(text: str) -> Checked:
    return check_file(SourceFile("big.thesis", text), Library(()))


def codes(found: Checked) -> list[str]:
    return [d.code for d in found.diagnostics]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Processor time, so that a busy machine fails no test."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


@pytest.mark.parametrize("nest", ["(", "((1 + ", "not (", "max("])
def test_seven_megabytes_of_brackets(nest: str) -> None:
    text = HEAD + "metric deep = " + nest * (7_000_000 // len(nest))
    with within(10):
        found = checked(text)
    assert codes(found) == ["T007"]
    assert found.diagnostics[0].span is not None
    assert found.diagnostics[0].span.text == "("
    assert len(to_text(found.diagnostics[0])) < 1000


@pytest.mark.parametrize(
    ("before", "inner", "after"),
    [
        ("(", "1", ")"),
        ("not ", "growth > 1%", ""),
        ("-", "1", ""),
        ("", "1", " ^ 1"),
        ("2 ^ ", "1", ""),
        ("abs(", "1", ")"),
    ],
)
def test_ten_thousand_deep(before: str, inner: str, after: str) -> None:
    text = HEAD + f"metric deep = {before * 10_000}{inner}{after * 10_000}"
    with within(10):
        found = checked(text)
    assert codes(found) == ["T007"]


@pytest.mark.parametrize("sign", [" + 1", " * 2", " and 1 < 2", " or 1 < 2", " < 2"])
def test_ten_thousand_in_a_row(sign: str) -> None:
    start = "growth < 1%" if sign[1] in "ao" else "1"
    with within(20):
        found = checked(HEAD + f"metric long = {start}{sign * 10_000}")
    assert not {"T001", "T003"} & set(codes(found))


def test_a_chain_of_twenty_thousand_metrics() -> None:
    lines = [f"metric m{n} = m{n - 1} + 1%" for n in range(1, 20_000)]
    text = HEAD + "metric m0 = growth\n" + "\n".join(reversed(lines)) + "\nkill over when m19999 < 5%\n"
    with within(30):
        found = checked(text)
    assert codes(found) == []
    assert found.program is not None
    assert found.program.order.index("m0") < found.program.order.index("m19999")


def test_a_knot_of_circles_is_one_mistake() -> None:
    lines = [f"metric m{n} = m0 + m{n + 1}" for n in range(5_000)]
    with within(10):
        found = checked(HEAD + "\n".join(lines) + "\nmetric m5000 = m0\n")
    assert codes(found) == ["T039"]


def test_a_circle_of_twenty_thousand_is_shown_short() -> None:
    lines = [f"metric m{n} = m{(n + 1) % 20_000}" for n in range(20_000)]
    with within(15):
        found = checked(HEAD + "\n".join(lines))
    assert codes(found) == ["T039"]
    assert "…" in found.diagnostics[0].message
    assert len(to_text(found.diagnostics[0])) < 2000


def test_twenty_thousand_declarations() -> None:
    kinds = [
        'input i{n} "I" : percent',
        "uncertain i{n} ~ normal(3%, 1pp)",
        'example "e{n}" given i{n} = 1% expect k{n} is true',
    ]
    kinds += ["kill k{n} when i{n} < 1%", 'scenario s{n} "S" assume i{n} = 2%']
    text = 'rules big "Big"\n' + "\n".join(kind.format(n=n) for n in range(4_000) for kind in kinds)
    with within(20):
        found = checked(text)
    assert codes(found) == []


def test_a_name_of_a_megabyte() -> None:
    name = "a" * 1_000_000
    with within(5):
        found = checked(HEAD + f"input {name} : percent\nkill over when {name}b < 1% or growth < 1%\n")
    assert codes(found) == ["T031"]
    assert len(to_text(found.diagnostics[0]).splitlines()[3]) < 400


@pytest.mark.parametrize(
    ("line", "code"),
    [("metric m{n} = (1 + ", "T003"), ("kill k{n} when growth 5%", "T003"), ("input i{n} “I” : percent", "T004"),
     ("kill k{n} when growt_{n} < 5%", "T031"), ("metric m{n} = growth + “", "T004")],
)  # fmt: skip
def test_an_error_on_every_line(line: str, code: str) -> None:
    text = HEAD + "\n".join(line.format(n=n) for n in range(2_000)) + "\nkill last when growth < 1%\n"
    with within(30):
        found = checked(text)
    limit = MAX_SYNTAX_ERRORS if code != "T031" else MAX_DIAGNOSTICS
    assert codes(found) == [code] * limit + ["T014"]
    lines = [d.span.line for d in found.diagnostics if d.span]
    assert lines[:limit] == list(range(lines[0], lines[0] + limit))
    assert found.diagnostics[-1].message == f"there are more than {limit} mistakes; those from here on are not shown"


def test_as_many_lines_without_an_error() -> None:
    """The same file mended: nothing is left to say, also not that something was left out."""
    text = HEAD + "\n".join(f"kill k{n} when growth < 5%" for n in range(2_000))
    with within(30):
        found = checked(text)
    assert codes(found) == []
    assert found.program is not None


def test_misspellings_in_a_large_file_take_no_hours() -> None:
    inputs = "\n".join(f"input cloud_growth_of_segment_{n} : percent" for n in range(5_000))
    uses = "\n".join(f"kill k{n} when clout_grwth_of_segment_{n} < 1%" for n in range(100))
    with within(30):
        found = checked(f'rules big "Big"\n{inputs}\n{uses}\n')
    assert codes(found) == ["T031"] * 100


def test_a_line_of_a_megabyte_is_shown_around_its_mistake() -> None:
    title, remark = "So. " * 250_000, "!" * 1_000_000
    found = checked(f'{HEAD}kill over when growth < 1% because "{title}" when grwth < 1% # {remark}')
    assert codes(found) == ["T009"]
    text = to_text(found.diagnostics[0])
    assert "when grwth < 1%" in text
    assert len(text) < 1000


def test_parse_keeps_what_stands_around_a_mistake() -> None:
    parsed = parse(SourceFile("big.thesis", HEAD + "metric a = 1 +\nmetric b = 2\n"))
    assert [d.name.name for d in parsed.file.declarations] == ["big", "growth", "b"]
    assert parsed.lost == {"a"}
