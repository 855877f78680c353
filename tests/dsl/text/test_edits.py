"""Edits do what they say to the characters they name, and a slip is told from another word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.edits import (
    Edit,
    Fix,
    Mend,
    any_of,
    apart,
    applied,
    in_all_places,
    insert,
    leave_out,
    leave_out_item,
    meant,
    put,
    together,
)
from dsl.text.messages import make
from dsl.text.source import SourceFile

TEXT = "input growth : percent\n  optional optional\nkill k when a, b, c\n"
SOURCE = SourceFile("x.thesis", TEXT)


def at(words: str, source: SourceFile = SOURCE, nth: int = 0) -> Edit:
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(words, start + 1)
    return Edit(source.span(start, start + len(words)), "")


def after(fix: Fix) -> str:
    return applied(SOURCE, fix.edits).text


def test_what_fixes_do() -> None:
    assert after(put(at("growth").span, "margin")) == TEXT.replace("growth", "margin")
    assert after(insert(at("kill").span, "# here\n", "say it")) == TEXT.replace("kill", "# here\nkill")
    assert after(leave_out(at("optional", nth=1).span)) == TEXT.replace(" optional optional", " optional")
    assert after(leave_out(at("optional optional").span)) == TEXT.replace("  optional optional\n", "")
    assert after(leave_out(at("input growth").span)) == TEXT.replace("input growth", "")
    assert after(leave_out(at("kill k when a, b, c").span)) == TEXT.replace("kill k when a, b, c\n", "")
    assert after(leave_out_item(at("b,").span.source.span(at("b,").span.start, at("b,").span.end - 1))) == TEXT.replace(
        "a, b, c", "a, c"
    )
    assert after(leave_out_item(SOURCE.span(TEXT.index("a, b"), TEXT.index("a, b") + 1))) == TEXT.replace("a, b", "b")
    assert after(leave_out_item(SOURCE.span(TEXT.index("c\n"), TEXT.index("c\n") + 1))) == TEXT.replace(", c", "")


def test_a_whole_text_taken_away() -> None:
    source = SourceFile("x", "abc")
    assert applied(source, leave_out(source.span(0, 3)).edits).text == ""


def test_edits_that_overlap_or_belong_elsewhere_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        applied(SOURCE, [at("growth"), at("growth : percent")])
    with pytest.raises(ValueError, match="another text"):
        applied(SourceFile("x.thesis", TEXT + "\n"), [at("growth")])
    assert not apart([at("growth")], [at("growth : percent")])
    assert not apart([at("growth ")], [at(": percent")])
    assert apart([at("growth")], [at("percent")])


@given(st.text(max_size=30), st.data())
def test_edits_are_made_where_they_stand(text: str, data: st.DataObject) -> None:
    """The law: the text is what stands between the edits, with each edit's own text in its place."""
    source = SourceFile("x", text)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    places = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [Edit(source.span(a, b), data.draw(st.text(max_size=5))) for a, b in places]
    parts, last = [], 0
    for edit in edits:
        parts += [text[last : edit.span.start], edit.text]
        last = edit.span.end
    shuffled = data.draw(st.permutations(edits)) if len({e.span.start for e in edits}) == len(edits) else edits
    assert applied(source, shuffled).text == "".join([*parts, text[last:]])


def distance(one: str, other: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours (restricted Damerau-Levenshtein)."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


letters = st.text("abc", min_size=4, max_size=7)


@given(letters, letters)
def test_one_slip_is_one_slip(word: str, known: str) -> None:
    fixes = meant(SOURCE.span(0, 1), word, [known], closed=True).fixes
    if fixes:  # it is near at all
        assert fixes[0].sure == (distance(word, known) <= 1 and word[0] == known[0])


@given(letters, st.lists(letters, min_size=2, max_size=5, unique=True))
def test_of_two_that_are_as_near_none_is_sure(word: str, known: list[str]) -> None:
    near = [each for each in known if distance(word, each) <= 1]
    mend = meant(SOURCE.span(0, 1), word, known, closed=True)
    if len(near) > 1 and word not in known:
        assert not any(fix.sure for fix in mend.fixes)


@pytest.mark.parametrize(
    ("word", "known", "closed", "sure"),
    [
        ("whne", ["when", "weight"], True, True),
        ("Growth", ["growth"], False, True),  # capitals alone
        ("growth", ["Growth"], False, False),  # the slip may be where it was declared
        ("grwth", ["growth"], False, False),  # a name
        ("log", ["lag", "ln"], True, False),  # too short
        ("margin_2", ["margin_1"], True, False),  # a digit is no slip
        ("xhen", ["when"], True, False),  # nobody slips in the first letter
    ],
)
def test_what_is_sure(word: str, known: list[str], closed: bool, sure: bool) -> None:
    mend = meant(SOURCE.span(0, 1), word, known, closed=closed)
    assert any(fix.sure for fix in mend.fixes) == sure


def test_among_several_ways_none_is_sure() -> None:
    one, other = put(at("growth").span, "a", sure=True), put(at("growth").span, "b", sure=True)
    assert any_of([one]) == (one,)
    assert not any(fix.sure for fix in any_of([one, other]))
    found = make("T031", at("growth").span, name="growth", mend=Mend("say which", (one, other)))
    assert found.hint == "say which"
    assert len(found.fixes) == 2
    assert found.sure_fix is None
    assert make("T031", at("growth").span, name="growth", mend=Mend("say it", (one,))).sure_fix == one


def test_fixes_together_and_in_all_places() -> None:
    one, other = put(at("growth").span, "5%", sure=True), put(at("percent").span, "6%")
    both = together([one, other])
    assert both.title == "write `5%` and `6%`"
    assert not both.sure
    assert len(both.edits) == 2
    same = put(at("percent").span, "5%", sure=True)
    assert in_all_places([(one,), (same,)]) == (Fix("write `5%`", (*one.edits, *same.edits)),)
    assert in_all_places([(one,), (other,)]) == ()
