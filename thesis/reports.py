"""The verdict report, and what else is written to a file.

In: the result model. Out: `Report`. Must not know how anything is calculated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from thesis.errors import ThesisError, diagnostic, refusal, settled, short

if TYPE_CHECKING:
    from evaluator.ledger.ledger import Ledger
    from evaluator.schema import report as r
    from evaluator.session.run import Run


def save(path: str | os.PathLike[str], forms: Mapping[str, Callable[[], str | bytes]]) -> Path:
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

    def html(self) -> str:
        """One self-contained page: no script, no request."""
        from evaluator.render.outlook.pages import report_page

        return report_page(self.model, "html")

    def markdown(self) -> str:
        """The report as Markdown."""
        from evaluator.render.outlook.pages import report_page

        return report_page(self.model, "md")

    def json(self) -> str:
        """The report as JSON."""
        from evaluator.render.as_json import render_json

        return render_json(self.model)

    def pdf(self) -> bytes:
        """The memo as a tagged PDF (with typst: `pip install "thesis-evaluator[pdf]"`). Raises ThesisError without it, and where
        no font of this machine has the letters."""
        return self._made("pdf")

    def docx(self, template: str | os.PathLike[str] | None = None) -> bytes:
        """The memo as a Word document, in the styles of `template` (with python-docx: `pip install "thesis-evaluator[docx]"`).
        Raises ThesisError without it, and for a template that is no Word document."""
        return self._made("docx", Path(template) if template is not None else None)

    def xlsx(self) -> bytes:
        """The report as a workbook whose formulas calculate it again."""
        return self._made("xlsx")

    def slack(self) -> str:
        """A message for Slack."""
        return self._made("slack").decode()

    def card(self) -> str:
        """One screen of text."""
        return self._made("card").decode()

    def _made(self, form: str, house: Path | None = None) -> bytes:
        from evaluator.render.documents.product import product

        made = settled(product(form, self.model, self._ledger, house)).product
        return made.encode() if isinstance(made, str) else made

    def _ledger(self) -> Ledger:
        from evaluator.ledger.build import ledger

        if self._run is None:
            raise refusal(
                "a report that was made by hand has no figures to calculate", "take the one that `run.report()` gives"
            )
        return ledger(self._run.evaluation, self.model)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes .html, .md, .json, .pdf, .docx, .xlsx or .txt (the card). Raises ThesisError for another ending and where
        nothing can be written."""
        html, md = self.html, self.markdown
        return save(
            path,
            {
                ".html": html, ".htm": html, ".md": md, ".markdown": md, ".json": self.json,
                ".pdf": self.pdf, ".docx": self.docx, ".xlsx": self.xlsx, ".txt": self.card,
            },
        )  # fmt: skip

    def __repr__(self) -> str:
        return short(f"<report {_about(self.model)}>")

    def _repr_html_(self) -> str:
        from thesis.pages import framed

        return framed(self.html(), self.model.title)


def _about(model: r.Report) -> str:
    company = f" on {model.company.ticker}" if model.company is not None else ""
    said = "; ".join(f"{v.name}: {' or '.join(v.outcomes)}" for v in model.verdicts)
    return f"{model.name}{company} as of {model.as_of}" + (f": {said}" if said else "")
