"""What an editor is told is what the batch check says, and nothing that is typed brings the service down."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import check_file
from dsl.ide.actions import actions
from dsl.ide.colours import colours
from dsl.ide.completion import complete, described
from dsl.ide.findings import findings
from dsl.ide.formatting import formatted, formatted_lines
from dsl.ide.hints import hints, lenses, subject
from dsl.ide.hover import hover, signature_help
from dsl.ide.navigation import definition, name_at, read_by, reads, references, type_definition
from dsl.ide.renaming import Renamed, may_rename, rename
from dsl.ide.symbols import folds, outline, selections
from dsl.ide.view import View
from dsl.text.edits import applied
from dsl.text.source import SourceFile, UnreadableFileError
from dsl.workspace.workspace import Memory, Workspace
from tests.paths import CASES, RULES
from tests.support.editing import FOLDERS, SMALL, edits, looked_at

INVALID = sorted((CASES / "invalid").glob("*.thesis"))


@settings(deadline=None, max_examples=60)
@given(edits())
def test_diagnostics_are_those_of_the_batch_check_after_any_edits(texts: list[str]) -> None:
    workspace, path = Workspace(FOLDERS), RULES / "edited.thesis"
    for text in texts:
        workspace.open(path, text)
        snapshot = workspace.snapshot()
        view = View(snapshot, path)
        try:
            source = SourceFile.of_text(str(path), text)
        except UnreadableFileError:
            assert [f.diagnostic.code for f in findings(view)] == ["T001"]
            continue
        assert tuple(f.diagnostic for f in findings(view)) == check_file(source, snapshot.library).diagnostics
        for found in findings(view):
            assert found.span.source == view.source
            assert 0 <= found.span.start <= found.span.end <= len(view.text)


@settings(deadline=None, max_examples=40)
@given(edits(), st.data())
def test_nothing_that_is_typed_brings_the_service_down(texts: list[str], data: st.DataObject) -> None:
    memory = Memory()
    for text in texts:
        view = looked_at(text, memory=memory).view
        everything_at(view, data.draw(st.integers(0, len(view.text))))
        found = colours(view)
        assert all(a.start < a.end <= b.start for a, b in itertools.pairwise(found))
        assert all(0 <= h.offset <= len(view.text) for h in hints(view))


def everything_at(view: View, at: int) -> None:
    """All that is asked of a place."""
    for item in complete(view, at).items:
        assert 0 <= item.start <= item.end <= len(view.text)
        described(view, item.about)
    shown = hover(view, at)
    assert shown is None or (shown.start <= at <= shown.end and shown.text)
    signature_help(view, at)
    definition(view, at)
    type_definition(view, at)
    assert all(each.span.text == view_name(view, at) for each in references(view, at))
    steps = selections(view, at)
    assert all(b[0] <= a[0] <= a[1] <= b[1] for a, b in itertools.pairwise(steps))
    may_rename(view, at)
    formatted_lines(view, 0, 3)
    assert outline(view) is not None
    assert all(fold.first < fold.last for fold in folds(view))
    assert lenses(view) is not None
    subject(view)
    for name in view.program.order[:2]:
        assert {step.name for step in reads(view, name)} <= set(view.program.order)
        read_by(view, name)


def view_name(view: View, at: int) -> str:
    found = name_at(view, at)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_no_action_adds_an_error(path: Path) -> None:
    """Over all invalid cases: what is offered at each finding, alone, leaves no more errors than there were."""
    view = looked_at(path.read_text("utf-8")).view
    places = {found.span.start for found in findings(view)}
    for at in sorted(places)[:3]:
        for action in actions(view, at, at):
            after = view.snapshot.check(applied(view.source, action.edits))
            assert len(after.errors) <= len(view.checked.errors), action.title


@pytest.mark.parametrize(
    "name", ["revenue", "growth", "strong", "demand", "grows", "call", "stops", "results", "stage"]
)
def test_a_name_that_is_renamed_and_renamed_back_is_the_text_it_was(name: str) -> None:
    view = looked_at(SMALL).view
    there = rename(view, view.text.index(f" {name} ") + 1, "another_name")
    assert isinstance(there, Renamed)
    assert there.edits
    text = applied(view.source, there.edits).text
    assert name not in {u.name for u in seen(text).uses}
    assert not seen(text).checked.errors
    changed = seen(text)
    back = rename(changed, text.index("another_name"), name)
    assert isinstance(back, Renamed)
    assert applied(changed.source, back.edits).text == view.text


def seen(text: str) -> View:
    return looked_at(text).view


@settings(deadline=None, max_examples=30)
@given(edits())
def test_what_is_laid_out_is_what_the_formatter_makes(texts: list[str]) -> None:
    from dsl.layout.format import format_source

    view = looked_at(texts[-1]).view
    made = format_source(view.source)
    after = applied(view.source, formatted(view)).text
    assert after == (made.text if made.text is not None else view.text)
