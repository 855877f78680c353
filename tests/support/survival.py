"""The law that every text must keep, whoever wrote it: it is read, told what is wrong with it, and carried as far as
it goes, without an exception and in bounded time."""

from __future__ import annotations

import datetime as dt
import time

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.program import program as p
from dsl.text.diagnostics import to_json, to_text
from dsl.text.source import SourceFile, UnreadableFileError, decode
from dsl.workspace.index import Index
from tests.paths import RULES

LIBRARY = Library((RULES,))
SHIPPED = (RULES / "ai_infrastructure.thesis").read_text("utf-8")
THESIS = (RULES / "alibaba.thesis").read_text("utf-8")
AS_OF = dt.date(2026, 5, 14)


def survives(text: str) -> Checked:
    """Reads and checks a text and shows all that was found, in less than two seconds of work."""
    began = time.process_time()
    found = check_file(SourceFile("x.thesis", text), LIBRARY)
    for d in found.diagnostics:
        assert to_text(d)
        assert to_json(d)
        if d.span is not None:
            assert 0 <= d.span.start <= d.span.end <= len(d.span.source.text)
    assert (found.program is None) == any(d.is_error for d in found.diagnostics)
    can_be_looked_at(found)
    assert time.process_time() - began < 2 + len(text) / 20_000
    return found


def can_be_looked_at(found: Checked) -> None:
    """What there is of a program answers all that is asked of one, with errors in it or without."""
    partial, index = found.partial, Index(found)
    assert found.program in (None, partial)
    assert len(repr(partial)) <= 400
    for name in partial.order:
        assert partial.declared(name).name == name
        nodes = [node for whole in partial.expressions(name) for node in p.walk(whole)]
        assert found.program is None or not any(isinstance(node, p.Refused) for node in nodes)
        assert partial.needs(name) is not None
    assert set(partial.downstream(partial.order[:1])) <= set(partial.order)
    assert partial.upstream(partial.order) >= set(partial.order)
    assert partial.asked_for is not None
    for broken in partial.broken:
        assert found.program is None
        whole = broken.whole
        assert 0 <= whole.start <= broken.span.start <= broken.span.end <= max(whole.end, broken.span.end)
    text = found.source.text
    for offset in range(0, len(text) + 1, max(1, len(text) // 20)):
        index.expressions_at(found.source.path, offset)
        use = index.use_at(found.source.path, offset)
        assert use is None or use.span.text == use.name


def survives_bytes(data: bytes) -> Checked | None:
    """The same for the bytes of a file; None where they are no text, which must be said with a mend."""
    text, refused = "", None
    try:
        text = decode("x.thesis", data)
    except UnreadableFileError as error:
        refused = error
    assert refused is None or (refused.reason and refused.hint)
    return None if refused else survives(text)


def goes_all_the_way(checked: Checked, pages: bool = True) -> None:
    """A program without errors evaluates where nothing is known: report, graph, explanations, its examples."""
    from evaluator.examples.running import run_examples
    from evaluator.render.as_json import render_json
    from evaluator.render.page import render
    from evaluator.report.tree import explain
    from evaluator.session.run import Run, run

    assert checked.program is not None
    found = run(checked, None, AS_OF)
    assert isinstance(found, Run)
    report = found.report()
    assert render_json(report)
    if pages:
        assert render(report, "md")
        assert render(report, "html")
    for name in checked.program.verdicts or list(found.evaluation.values)[-1:]:
        assert explain(found.evaluation, name)
    assert len(run_examples(checked.program, AS_OF)) == len(checked.program.examples)
