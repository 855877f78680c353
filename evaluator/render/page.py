"""The result as a memo: Markdown or one self-contained HTML page, from the templates; and as JSON.

In: a `Report` and the folder of templates. Out: text. Must not know rules, facts or how anything was calculated.

Both formats escape by default. HTML: jinja2's autoescape. Markdown: `finalize` escapes whatever a template prints
unless it is marked as Markdown already; autoescape is on there too, so that what a macro returns carries that mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dsl.text.record import record
from evaluator.render import charts as render_charts
from evaluator.render import graph as render_graph
from evaluator.render import series as render_series
from evaluator.render import text as render_text
from evaluator.render.languages.catalogue import ENGLISH, Language, filled
from evaluator.render.languages.catalogue import language as language_of
from evaluator.render.languages.speaking import speaking
from evaluator.render.languages.writing import punctuated
from evaluator.render.ready_made import ready_made
from evaluator.render.templating.filters import FILTERS
from evaluator.render.templating.house import House
from evaluator.render.templating.loading import TwoFolders
from evaluator.render.templating.sandbox import Sandbox, printable
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
LOGO_POLICY = PAGE_POLICY + Markup("; img-src data:")
"""The same for a page with a logo, which stands in the page itself."""


def render(
    report: Report,
    format: Format,
    templates: Path | None = None,
    beside: Mapping[str, tuple[str, str]] | None = None,
    house: House | None = None,
    language: str = ENGLISH,
    page: Literal["memo", "brief"] = "memo",
) -> str:
    """The memo of a report; `templates` is the folder of an analyst's, laid over the project's own; `house` the look of a house,
    `language` the code of the language in which the program speaks (what rules say is translated before: `languages.translation`).

    `beside`: other sections by their ids, each with its title and its text in this format. One that has the id of a section
    of the memo takes its place; all others stand behind what is unknown. A fault in a template of the analyst's is raised as
    jinja2 raises it: `templating.faults.filled_in` makes a finding of it. `page`: the whole memo, or its first page alone.
    """
    jinja, spoken = environment(format, templates or bundled(), language), language_of(language)
    made = {id: Markup(text) for id, (_, text) in (beside or {}).items()}
    own = {section.id for section in SECTIONS}
    others = [Section(id, title) for id, (title, _) in (beside or {}).items() if id not in own]
    at = [section.id for section in SECTIONS].index("unknown") + 1
    with speaking(spoken):
        text = jinja.get_template(f"{page}.{format}.j2").render(
            r=report,
            titles=_titles(report),
            anchors=render_text.anchors(report),
            sections=[Section(s.id, spoken.text(s.title)) for s in (*SECTIONS[:at], *others, *SECTIONS[at:])],
            beside=made,
            house=house,
            page_policy=LOGO_POLICY if house is not None and house.logo else PAGE_POLICY,
        )
    return punctuated(tidy(text) if format == "md" else text.rstrip() + "\n", spoken)


def bundled() -> Path:
    """The project's own templates."""
    from evaluator.session.places import templates_dir

    return templates_dir()


def environment(format: Format, folder: Path, language: str = ENGLISH) -> Environment:
    """Jinja2 with the project's filters and charts, escaping whatever a template prints in this format.

    Templates of another folder than the project's own lie over those, and may do no more than print (`templating.sandbox`).
    One for a format, a folder and a language in a process: to compile the templates takes far longer than to fill them in. Threads
    share it, and nobody changes it; a template that is edited on disk is compiled anew.
    """
    return _environment(format, folder.resolve(), language)


@lru_cache(maxsize=8)
def _environment(format: Format, folder: Path, code: str) -> Environment:
    language = language_of(code)
    if folder == bundled().resolve():
        return _plain(format, FileSystemLoader(folder), language)
    loader = TwoFolders(folder, bundled())
    held = Sandbox(**_options(loader, _held_md if format == "md" else printable))
    held.open_to(_filters(format), _globals(format, language))
    _speak(held)
    loader.lives_in(held, _plain(format, loader, language))
    return held


def _plain(format: Format, loader: BaseLoader, language: Language) -> Environment:
    """The environment of templates that ship."""
    jinja = Environment(**_options(loader, _finalize_md if format == "md" else None), bytecode_cache=ready_made(format))
    jinja.filters.update(_filters(format))
    jinja.globals.update(_globals(format, language))
    _speak(jinja)
    return jinja


def _options(loader: BaseLoader, finalize: Callable[..., Any] | None) -> dict[str, Any]:
    """What both kinds of environment have in common."""
    return {
        "loader": loader,
        "autoescape": True,
        "extensions": ["jinja2.ext.i18n"],
        "undefined": StrictUndefined,
        "finalize": finalize,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }


def _filters(format: Format) -> dict[str, Callable[..., Any]]:
    own = {"code": render_text.code, "fenced": render_text.fenced} if format == "md" else {}
    return {**own, **render_text.FILTERS, **FILTERS}


def _speak(jinja: Environment) -> None:
    """`{% trans %}` calls the environment's own `gettext` with what is filled in, and leaves the escaping to it."""
    vars(jinja)["newstyle_gettext"] = True


def _globals(format: Format, language: Language) -> dict[str, Any]:
    charts = render_charts.CHARTS | render_graph.CHARTS | render_series.CHARTS
    own = {"page_policy": PAGE_POLICY, "house": None, "language": language.tag}
    return {**render_text.TABLES, **own, **charts, **_spoken(format, language)}


def _spoken(format: Format, language: Language) -> dict[str, Callable[..., Markup]]:
    """`_("…")` and `{% trans %}`: a text of the program in the language, with what is filled in escaped as the format escapes."""
    escaped: Callable[[Any], Any] = _finalize_md if format == "md" else escape

    plain: dict[str, Markup] = {}  # most texts have nothing filled in, and stand in every row of a table

    def gettext(message: str, **places: Any) -> Markup:
        if not places:
            if message not in plain:
                plain[message] = Markup(language.text(message.replace("%%", "%")))
            return plain[message]
        said = language.text(message.replace("%%", "%"), **{name: f"%({name})s" for name in places})
        return Markup(filled(said, {name: str(escaped(value)) for name, value in places.items()}))

    def ngettext(one: str, several: str, number: float, **places: Any) -> Markup:
        return gettext(one if number == 1 and language.code == ENGLISH else several, num=number, **places)

    return {"gettext": gettext, "ngettext": ngettext, "_": gettext}


def _finalize_md(value: Any) -> Any:
    """Every printed value as Markdown text, unless a macro or a filter made Markdown of it."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    return _escaped(text) if len(text) <= _OFTEN else Markup(render_text.escape_md(text))


_OFTEN = 200
"""Texts of so many characters are printed again and again: titles, periods, kinds."""


@lru_cache(maxsize=4096)
def _escaped(text: str) -> Markup:
    return Markup(render_text.escape_md(text))


def _held_md(value: Any) -> Any:
    """The same in a template of an analyst's."""
    return _finalize_md(printable(value))


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
