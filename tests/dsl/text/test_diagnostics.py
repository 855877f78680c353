"""A diagnostic as text and as JSON; misspellings; several mistakes in one run."""

from __future__ import annotations

import json

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.text.diagnostics import Diagnostic, Label, Severity, summary, to_json, to_text
from dsl.text.edits import MAX_MEANT, did_you_mean, put
from dsl.text.messages import MESSAGES, article, make
from dsl.text.source import SourceFile

SOURCE = SourceFile("x.thesis", "kill\tslow when grwth < 5%\ninput growth : percent\n")


def checked(text: str) -> Checked:
    return check_file(SourceFile("x.thesis", text), Library(()))


def test_tabs_are_four_columns_so_that_marks_stand_under_their_place() -> None:
    label = Label(SOURCE.span(32, 38), "declared here")
    found = make("T031", SOURCE.span(15, 20), name="grwth", mend="did you mean `growth`?", labels=[label])
    assert to_text(found).splitlines() == [
        "error[T031]: there is no `grwth`",
        " --> x.thesis:1:16",
        "  |",
        "1 | kill    slow when grwth < 5%",
        "  |                   ^^^^^",
        "2 | input growth : percent",
        "  |       ------ declared here",
        "  mend: did you mean `growth`?",
    ]


def test_json_has_the_same_shape_with_and_without_a_place() -> None:
    placed = to_json(
        make("T031", SOURCE.span(15, 20), name="grwth", mend="", labels=[Label(SOURCE.span(0, 4), "here")])
    )
    assert json.loads(json.dumps(placed)) == {
        "code": "T031",
        "severity": "error",
        "message": "there is no `grwth`",
        "hint": None,
        "file": "x.thesis",
        "sheet": None,
        "line": 1,
        "column": 16,
        "end_line": 1,
        "end_column": 21,
        "column_utf16": 16,
        "end_column_utf16": 21,
        "length": 5,
        "label": None,
        "related": [
            {"file": "x.thesis", "sheet": None, "line": 1, "column": 1, "end_line": 1, "end_column": 5,
             "column_utf16": 1, "end_column_utf16": 5, "text": "here"},
        ],
        "fixes": [],
    }  # fmt: skip
    nowhere = to_json(make("T002", None, path="y.thesis"))
    assert nowhere.keys() == placed.keys()
    assert (nowhere["file"], nowhere["line"], nowhere["column"], nowhere["length"]) == ("y.thesis", None, None, None)


def test_json_says_columns_as_editors_count_them_and_what_mends() -> None:
    source = SourceFile("x.thesis", 'kill "😀" grwth\n')
    fix = put(source.span(9, 14), "growth")
    found = to_json(make("T031", source.span(9, 14), name="grwth", mend="", fixes=[fix]))
    assert (found["column"], found["column_utf16"], found["end_column_utf16"]) == (10, 11, 16)
    assert found["fixes"] == [
        {"title": "write `growth`", "sure": False, "edits": [
            {"file": "x.thesis", "sheet": None, "line": 1, "column": 10, "end_line": 1, "end_column": 15,
             "column_utf16": 11, "end_column_utf16": 16, "text": "growth"},
        ]},
    ]  # fmt: skip


def test_summary() -> None:
    error, warning = Diagnostic("T031", Severity.ERROR, "x"), Diagnostic("T080", Severity.WARNING, "x")
    assert summary([]) == ""
    assert summary([error]) == "1 error"
    assert summary([warning, error, warning]) == "1 error, 2 warnings"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("clout_growth", "cloud_growth"),
        ("Cloud_Growth", "cloud_growth"),
        ("net_margn", "net_margin"),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_did_you_mean(word: str, meant: str) -> None:
    known = ["cloud_growth", "net_margin", "capex"]
    assert did_you_mean(word, known) == (f"did you mean `{meant}`?" if meant else "")
    assert did_you_mean("xyz", known, "declare it") == "declare it"


def test_did_you_mean_among_many_and_long_names() -> None:
    many = [f"cloud_growth_{n}" for n in range(5_000)]
    assert did_you_mean("cloud_grwth_7", many).startswith("did you mean `cloud_growth_")
    assert did_you_mean("a" * (MAX_MEANT + 1), ["a" * (MAX_MEANT + 2)], "no") == "no"


def test_articles() -> None:
    assert [f"{article(w)} {w}" for w in ("input", "pillar", "example")] == ["an input", "a pillar", "an example"]


def test_several_mistakes_in_one_run_in_the_order_of_the_text() -> None:
    found = checked(
        'rules x "X"\n'
        "input a : percent between 9% and 1%\n"
        "metric b = a + \n"
        "kill c when b > 1% and aa > 1\n"
        "kill d when yoyo(a) > 1 and e is supported\n"
        "pillar f\n"
        "bull g on f when a > 5 weight 0\n"
    )
    assert [(d.code, d.span.line) for d in found.diagnostics if d.span] == [
        ("T058", 2), ("T003", 4), ("T031", 4), ("T032", 5), ("T031", 5), ("T071", 7), ("T042", 7)
    ]  # fmt: skip
    assert found.program is None
    assert len(found.errors) == 7


def test_what_could_not_be_read_is_no_second_mistake() -> None:
    found = checked('rules x "X"\nmetric a = 1 +\nmetric b = a * 2\nkill c when b > 5% and a < 3x\n')
    assert [d.code for d in found.diagnostics] == ["T003"]


def test_a_warning_stops_nothing_and_an_error_silences_warnings() -> None:
    unused = 'rules x "X"\ninput a : percent\ninput c : percent\nkill low when c < 5%\n'
    warned = checked(unused)
    assert [(d.code, d.is_error) for d in warned.diagnostics] == [("T080", False)]
    assert warned.program is not None
    assert [d.code for d in checked(unused + "kill k when b\n").diagnostics] == ["T031"]


def test_every_sentence_can_be_filled() -> None:
    class Any(dict[str, object]):
        def __missing__(self, key: str) -> str:
            return key

    for code, message in MESSAGES.items():
        assert message.sentence.format_map(Any()), code
        assert "{{" not in message.mend.format_map(Any()), code
