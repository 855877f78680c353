"""A report in the form that was asked for.

In: a `Report`, of a workbook its ledger too. Out: the product with what must be said of it; or what stood in the way. Must not
know the command line, nor how anything was calculated.

To add a form: its row in `FORMS`, its name in `thesis report --format`, and its ending in `evaluator/commands/forms.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from dsl.text.record import record
from evaluator.ledger.ledger import Ledger
from evaluator.render.documents.made import Made
from evaluator.schema.report import Report
from evaluator.session.reading import Failed
from evaluator.session.service import no_writer


@record
class Wanted:
    """What a form is made of. `house`: the .docx whose styles a Word document takes."""

    report: Report
    ledger: Callable[[], Ledger]
    house: Path | None


def product(form: str, report: Report, ledger: Callable[[], Ledger], house: Path | None = None) -> Made | Failed:
    """The report in one of `FORMS`; what a form needs is imported now."""
    missing = no_writer(form)
    if missing is not None:
        return missing
    return FORMS[form](Wanted(report, ledger, house))


def _pdf(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.memo import document
    from evaluator.render.documents.pdf import to_pdf
    from evaluator.session.places import templates_dir

    return to_pdf(document(wanted.report), templates_dir() / "memo.typ")


def _docx(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.memo import document
    from evaluator.render.documents.word import to_docx

    made = to_docx(document(wanted.report), wanted.report.as_of, wanted.house)
    return made if isinstance(made, Failed) else Made(made)


def _xlsx(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.workbook import to_xlsx

    return Made(to_xlsx(wanted.report, wanted.ledger()))


def _card(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.card import lines

    return Made("\n".join(lines(wanted.report)) + "\n")


def _slack(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.slack import message

    return Made(message(wanted.report))


FORMS: Mapping[str, Callable[[Wanted], Made | Failed]] = {
    "pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "card": _card, "slack": _slack
}  # fmt: skip
