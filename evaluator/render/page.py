"""The result as a memo: Markdown or one self-contained HTML page, from the templates; and as JSON.

In: a `Report` and the folder of templates. Out: text. Must not know rules, facts or how anything was calculated.

Both formats escape by default. HTML: jinja2's autoescape. Markdown: `finalize` escapes whatever a template prints
unless it is marked as Markdown already; autoescape is on there too, so that what a macro returns carries that mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dsl.text.record import record
from evaluator.render import charts as render_charts
from evaluator.render import graph as render_graph
from evaluator.render import series as render_series
from evaluator.render import text as render_text
from evaluator.render.ready_made import ready_made
from evaluator.schema.report import Report

Format = Literal["md", "html"]


@record
class Section:
    """A section of a memo. `id` is its anchor in HTML, and its templates are `partials/ID.md.j2` and `partials/ID.html.j2`."""

    id: str
    title: str


SECTIONS = (
    Section("verdicts", "Verdicts"),
    Section("question", "Key question"),
    Section("scorecard", "Scorecard"),
    Section("scenarios", "Scenarios"),
    Section("unknown", "Unknown"),
    Section("catalysts", "Catalysts"),
    Section("risks", "Risks"),
    Section("evidence", "Evidence"),
    Section("questions", "Questions"),
    Section("metrics", "Figures"),
    Section("settings", "Rules in force"),
    Section("reached", "How reached"),
    Section("graph", "Graph"),
    Section("facts", "Appendix: facts"),
)
"""The sections in the order in which both formats have them."""
PAGE_POLICY = Markup("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")
"""What a browser lets a page do: nothing but to show itself. No script runs and nothing is asked for, even if escaping
failed. Looks stand in the page itself, and cannot ask for anything either, since images and fonts are refused too."""


def render(
    report: Report,
    format: Format,
    templates: Path | None = None,
    beside: Mapping[str, tuple[str, str]] | None = None,
    page: Literal["memo", "brief"] = "memo",
) -> str:
    """The memo of a report; `templates` is the folder to read, the project's own where none is named.

    `beside`: other sections by their ids, each with its title and its text in this format. One that has the id of a section
    of the memo takes its place; all others stand behind what is unknown.
    `page`: the whole memo, or its first page alone.
    """
    jinja = environment(format, templates or bundled())
    made = {id: Markup(text) for id, (_, text) in (beside or {}).items()}
    own = {section.id for section in SECTIONS}
    others = [Section(id, title) for id, (title, _) in (beside or {}).items() if id not in own]
    at = [section.id for section in SECTIONS].index("unknown") + 1
    text = jinja.get_template(f"{page}.{format}.j2").render(
        r=report,
        titles=_titles(report),
        anchors=render_text.anchors(report),
        sections=(*SECTIONS[:at], *others, *SECTIONS[at:]),
        beside=made,
    )
    return tidy(text) if format == "md" else text.rstrip() + "\n"


def bundled() -> Path:
    """The project's own templates."""
    from evaluator.session.places import templates_dir

    return templates_dir()


def environment(format: Format, folder: Path) -> Environment:
    """Jinja2 with the project's filters and charts, escaping whatever a template prints in this format.

    One for a format and a folder in a process: to compile the templates takes far longer than to fill them in. Threads
    share it, and nobody changes it; a template that is edited on disk is compiled anew.
    """
    return _environment(format, folder.resolve())


@lru_cache(maxsize=8)
def _environment(format: Format, folder: Path) -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(folder),
        bytecode_cache=ready_made(format),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    if format == "md":
        jinja.finalize = _finalize_md
        jinja.filters["code"] = render_text.code
        jinja.filters["fenced"] = render_text.fenced
    jinja.filters.update(render_text.FILTERS)
    jinja.globals.update(render_text.TABLES)
    jinja.globals["page_policy"] = PAGE_POLICY
    jinja.globals.update(render_charts.CHARTS | render_graph.CHARTS | render_series.CHARTS)
    return jinja


def _finalize_md(value: Any) -> Any:
    """Every printed value as Markdown text, unless a macro or a filter made Markdown of it."""
    return value if isinstance(value, Markup) else Markup(render_text.escape_md(str(value)))


def _titles(report: Report) -> dict[str, str]:
    """What every name is called."""
    titles = {node.name: node.title for node in report.graph.nodes}
    titles |= {condition.name: condition.title for condition in report.conditions}
    return titles | {verdict.name: verdict.title for verdict in report.verdicts}


def tidy(text: str) -> str:
    """No blanks at the ends of lines, one empty line at most, one newline at the end."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"
