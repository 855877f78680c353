"""The verdict report, and what else is written to a file.

In: the result model. Out: `Report`. Must not know how anything is calculated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from thesis.errors import ThesisError, diagnostic, refusal, settled, short

if TYPE_CHECKING:
    from evaluator.ledger.ledger import Ledger
    from evaluator.render.outlook.look import Look
    from evaluator.render.templating.house import House
    from evaluator.schema import report as r
    from evaluator.session.run import Run


Place = str | os.PathLike[str]
"""A path."""


def save(path: Place, forms: Mapping[str, Callable[[], str | bytes]]) -> Path:
    """Writes a file in the form that its ending names; it is there whole or not at all. Raises ThesisError."""
    from evaluator.session.writing import put
    from thesis.asked import sort_of

    if not isinstance(path, str | os.PathLike):
        raise refusal(f"a file is named by a path, not by {sort_of(path)}", "give a path such as `report.html`")
    output = Path(path)
    form = forms.get(output.suffix.lower())
    if form is None:
        what = f"a file that ends in `{output.suffix}`" if output.suffix else f"`{output.name}`, which has no ending,"
        raise refusal(f"{what} does not say how it is to be written", f"end its name in one of {', '.join(forms)}")
    problem = put(form(), output)
    if problem is not None:
        raise ThesisError([diagnostic(problem)])
    return output


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """A verdict report. It shows itself in a notebook; `model` is all of it as data, with a published schema
    (docs/schema/report.schema.json). The same run gives the same bytes."""

    model: r.Report
    _run: Run | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """The title of the rules."""
        return self.model.title

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know of the rules and facts, in words."""
        return tuple(self.model.warnings)

    def html(
        self, *, brief: bool = False, template: Place | None = None, style: Place | None = None, language: str = "en"
    ) -> str:
        """One self-contained page: no script, no request.

        `brief`: the first page alone; `template`: a folder of templates that lie over the project's own; `style`: the file of a house
        style (None: `house.yaml` in that folder); `language`: "en", or "zh" for Chinese. Raises ThesisError for what is wrong
        with them, and for a language that there is not.
        """
        return self._page("html", brief, template, style, language)

    def markdown(
        self, *, brief: bool = False, template: Place | None = None, style: Place | None = None, language: str = "en"
    ) -> str:
        """The report as Markdown, with what `html` takes."""
        return self._page("md", brief, template, style, language)

    def json(self) -> str:
        """The report as JSON."""
        from evaluator.render.as_json import render_json

        return render_json(self.model)

    def pdf(self, *, brief: bool = False, style: Place | None = None) -> bytes:
        """The memo as a tagged PDF (with typst: `pip install "thesis-evaluator[pdf]"`). `brief`: its first page alone; `style`: the
        file of a house style. Raises ThesisError without typst, for what is wrong with the style, and where no font of this machine
        has the letters."""
        return self._made("pdf", None, brief, _look(None, style, "en").house if style is not None else None)

    def docx(self, template: Place | None = None, *, brief: bool = False) -> bytes:
        """The memo as a Word document, in the styles of `template` (with python-docx: `pip install "thesis-evaluator[docx]"`).
        `brief`: its first page alone. Raises ThesisError without python-docx, and for a template that is no Word document."""
        return self._made("docx", _path(template), brief)

    def xlsx(self) -> bytes:
        """The report as a workbook whose formulas calculate it again."""
        return self._made("xlsx")

    def slack(self) -> str:
        """A message for Slack."""
        return self._made("slack").decode()

    def card(self) -> str:
        """One screen of text."""
        return self._made("card").decode()

    def _made(self, form: str, template: Path | None = None, brief: bool = False, house: House | None = None) -> bytes:
        from evaluator.render.documents.product import product

        made = settled(product(form, self.model, self._ledger, template, brief, house)).product
        return made.encode() if isinstance(made, str) else made

    def _page(
        self, form: Literal["html", "md"], brief: bool, template: Place | None, style: Place | None, language: str
    ) -> str:
        from evaluator.render.outlook.look import looked

        page = looked(self._spoken(language), form, _look(template, style, language), brief)
        if not isinstance(page, str):
            raise ThesisError([diagnostic(page)])
        return page

    def _spoken(self, language: str) -> r.Report:
        """The report in a language, with the translation beside its rules."""
        from evaluator.render.languages.catalogue import codes

        known = [str(code) for code in codes()]
        if language not in known:
            raise refusal(f"there is no memo in the language `{language}`", f"write one of {', '.join(known)}")
        if language == "en" or self._run is None:
            return self.model
        from evaluator.render.languages.translation import in_language

        program = self._run.program
        path = Path(program.path) if os.path.isfile(program.path) else None
        report, found = in_language(self.model, language, path, program)
        if found:
            raise ThesisError(map(diagnostic, found))
        return report

    def _ledger(self) -> Ledger:
        from evaluator.ledger.build import ledger

        if self._run is None:
            raise refusal(
                "a report that was made by hand has no figures to calculate", "take the one that `run.report()` gives"
            )
        return ledger(self._run.evaluation, self.model)

    def save(self, path: Place, **how: Any) -> Path:
        """Writes .html, .md, .json, .pdf, .docx, .xlsx or .txt (the card). `how`: what the form takes, such as `brief=True` or
        `style="house.yaml"`. Raises ThesisError for another ending, for what a form does not take, and where nothing can be
        written."""
        html, md = self.html, self.markdown
        forms: dict[str, Callable[..., str | bytes]] = {
            ".html": html, ".htm": html, ".md": md, ".markdown": md, ".json": self.json,
            ".pdf": self.pdf, ".docx": self.docx, ".xlsx": self.xlsx, ".txt": self.card,
        }  # fmt: skip
        return save(path, {ending: _with(make, ending, how) for ending, make in forms.items()})

    def __repr__(self) -> str:
        return short(f"<report {_about(self.model)}>")

    def _repr_html_(self) -> str:
        from thesis.pages import framed

        return framed(self.html(), self.model.title)


def _with(make: Callable[..., str | bytes], ending: str, how: Mapping[str, Any]) -> Callable[[], str | bytes]:
    """What makes a form, asked for in a way; raises ThesisError where the form has no such way."""

    def made() -> str | bytes:
        taken = list(signature(make).parameters)
        odd = [name for name in how if name not in taken]
        if odd:
            mend = f"it takes {', '.join(taken)}" if taken else "it takes nothing"
            raise refusal(f"a {ending} takes no `{odd[0]}`", mend)
        return make(**how)

    return made


def _path(place: Place | None) -> Path | None:
    return Path(place) if place is not None else None


def _look(template: Place | None, style: Place | None, language: str) -> Look:
    """The look that is asked for; raises ThesisError for what is wrong with it."""
    from evaluator.render.outlook.look import read_look

    look, found = read_look(_path(template), _path(style), language)
    if look is None:
        raise ThesisError([diagnostic(one) for one in found if one.is_error])
    return look


def _about(model: r.Report) -> str:
    company = f" on {model.company.ticker}" if model.company is not None else ""
    said = "; ".join(f"{v.name}: {' or '.join(v.outcomes)}" for v in model.verdicts)
    return f"{model.name}{company} as of {model.as_of}" + (f": {said}" if said else "")
