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
from evaluator.render.languages.catalogue import ENGLISH
from evaluator.render.languages.speaking import speaking
from evaluator.render.languages.telling import Told
from evaluator.render.templating.house import House
from evaluator.schema.report import Report
from evaluator.session.reading import Failed
from evaluator.session.service import no_writer


@record
class Wanted:
    """What a form is made of. `template`: the .docx whose styles a Word document takes; `brief`: whether the first page alone is
    wanted, `house`: the look of a house, both of what is a memo; `told`: what texts are in the language of the report, None for
    English."""

    report: Report
    ledger: Callable[[], Ledger]
    template: Path | None
    brief: bool = False
    house: House | None = None
    told: Told | None = None


def product(
    form: str,
    report: Report,
    ledger: Callable[[], Ledger],
    template: Path | None = None,
    brief: bool = False,
    house: House | None = None,
    told: Told | None = None,
) -> Made | Failed:
    """The report in one of `FORMS`; what a form needs is imported now. `told`: the language in which the report is already."""
    missing = no_writer(form)
    if missing is not None:
        return missing
    with speaking(told.language if told is not None else ENGLISH):
        return FORMS[form](Wanted(report, ledger, template, brief, house, told))


def _pdf(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.pdf import to_pdf
    from evaluator.render.memo.drawing import Drawing
    from evaluator.render.memo.memo import document
    from evaluator.session.places import templates_dir

    memo = document(wanted.report, Drawing(), wanted.brief)
    return to_pdf(memo, templates_dir() / "memo.typ", house=wanted.house)


def _docx(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.word import to_docx
    from evaluator.render.memo.drawing import Drawing
    from evaluator.render.memo.memo import document

    report, drawn = wanted.report, None
    said: tuple[str, ...] = ()
    if no_writer("pdf") is None:  # what sets a PDF draws for Word as well
        from evaluator.render.documents.pictures import as_png, pictures_of

        memo = document(report, Drawing(), wanted.brief)
        drawn = as_png(pictures_of(memo), dict(wanted.house.colours) if wanted.house is not None else {})
    else:
        memo, said = document(report, brief=wanted.brief), (_UNDRAWN,)
    made = to_docx(memo, report.as_of, wanted.template, drawn)
    return made if isinstance(made, Failed) else Made(made, said)


_UNDRAWN = 'the document has tables in place of drawings: they are drawn by typst (pip install "thesis-evaluator[pdf]")'


def _xlsx(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.workbook import to_xlsx

    return Made(to_xlsx(wanted.report, wanted.ledger(), wanted.told))


def _card(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.card import lines

    return Made("\n".join(lines(wanted.report)) + "\n")


def _slack(wanted: Wanted) -> Made | Failed:
    from evaluator.render.documents.slack import message

    return Made(message(wanted.report))


FORMS: Mapping[str, Callable[[Wanted], Made | Failed]] = {
    "pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "card": _card, "slack": _slack
}  # fmt: skip
