"""Every shipped thesis in every form is in the language that is asked for; each file of rules has its whole translation beside it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from dsl.syntax import nodes as s
from dsl.syntax.parse import parse
from dsl.text.source import SourceFile
from evaluator.ledger.build import ledger
from evaluator.outlook.beside import BESIDE, Asked, beside
from evaluator.render.documents.product import product
from evaluator.render.languages.catalogue import language
from evaluator.render.languages.telling import CLAUSE, IN_BRACES, Told, clauses
from evaluator.render.languages.translation import beside as translation_beside
from evaluator.render.languages.translation import read_translation, ruled, said_in, speech
from evaluator.render.outlook.pages import report_page
from evaluator.schema.report import Report
from evaluator.session import service
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run
from tests.evaluator.render.languages.test_languages import english_in, without
from tests.paths import ROOT

DAY = dt.date(2026, 5, 29)
RULES = sorted((ROOT / "rules").rglob("*.thesis"))
EXAMPLES = {"bank": "HRBR", "biotech": "ALDR", "maker": "MILL", "mine": "REDG", "software": "TIDE"}
THESES = {
    "alibaba": "BABA", "baidu": "BIDU", "coreweave": "CRWV", "microsoft": "MSFT", "oracle": "ORCL", "ai_infrastructure": "GOOGL",
    **EXAMPLES,
}  # fmt: skip
TEXTS = ("md", "html", "card", "slack")
DOCUMENTS = ("docx", "xlsx")
TITLES_OF_SOURCES = re.compile(r"《[^》]*》|BIO、QLS与Informa|Scale Venture Partners|引用[^·\n]*")


CLOSED = re.compile(
    r"[\u3000-\u9fff\uff00-\uffef][^\S\n]*"
    r"((?:holds|does not hold|true|false|unknown|days? old)(?![\w-])|(?:quarter|half|year|month|week) to \d)"
)
"""Words of the program's own right behind Chinese, fewer than a sentence of English has."""


def run_of(name: str) -> Run:
    places = service.library_at(())
    assert not isinstance(places, Failed)
    if name in EXAMPLES:
        facts = (ROOT / f"rules/examples/facts/{THESES[name]}.yaml",)
        rules = str(ROOT / f"rules/examples/{name}.thesis")
        found = service.evaluate(rules, THESES[name], DAY, places=places, facts=facts)
    else:
        found = service.evaluate(name, THESES[name], DAY, places=places)
    assert isinstance(found, service.Evaluated), found
    return found.run


def told_of(run: Run) -> Told:
    told, said = speech("zh", Path(run.program.path), ruled(run.program))
    assert said == []
    return told


def quoted(report: Report, told: Report) -> set[str]:
    """What stays as it is: sources and notes, the rules' own code, the company's name, names of rules, commands."""
    found = {text for fact in report.facts for text in (fact.source, fact.note) if text}
    found |= {text for rate in report.exchange_rates for text in (rate.source, rate.note) if text}
    found |= {text for change in told.changes for text in (change.was, change.now) if text}
    found |= {f"{change.keyword} {change.name}, {change.part}" for change in report.changes}
    found |= {text for metric in report.metrics for text in (metric.written,)}
    found |= {", ".join(module.name for module in report.modules)}
    return found | {report.company.name if report.company is not None else ""} - {""}


def text_of(made: str | bytes) -> str:
    """What is read in a product: of an archive the texts of its XML, without what its maker says of itself."""
    if isinstance(made, str):
        return made
    archive = zipfile.ZipFile(io.BytesIO(made))
    names = [
        n
        for n in archive.namelist()
        if n.endswith(".xml") and not re.search(r"docProps|styles|theme|customXml|settings", n)
    ]
    texts = (re.sub(r"<f>.*?</f>", "", archive.read(n).decode()) for n in names)
    return "\n".join(unescape(re.sub(r"<[^>]+>", "\n", text)) for text in texts)


def english_of(run: Run, report: Report, forms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    told = told_of(run)
    chinese = said_in(report, told)
    stays = quoted(report, chinese)
    codes = {text for _, check in enumerate(report.conditions) for text in (check.written,)}
    for form in forms:
        if form in ("md", "html"):
            made: str | bytes = report_page(chinese, form, language="zh")  # type: ignore[arg-type]
        else:
            found = product(form, chinese, lambda: ledger(run.evaluation, chinese), told=told)
            assert not isinstance(found, Failed)
            made = found.product
        text = TITLES_OF_SOURCES.sub("", text_of(made))
        for words in english_in(text, stays | codes):
            yield form, words
        plain = without(text, stays | codes)
        yield from ((form, words[1]) for words in CLOSED.finditer(plain))
        for title in ruled(run.program).titles.values():
            if " " in title and told.text(title) != title and re.search(rf"(?<!\w){re.escape(title)}(?!\w)", plain):
                yield form, title


MOST_TELLING = ("alibaba", "coreweave", "bank")


@pytest.mark.parametrize("name", [n if n in MOST_TELLING else pytest.param(n, marks=pytest.mark.soak) for n in THESES])
def test_no_thesis_has_a_sentence_of_english(name: str) -> None:
    """If this fails: a text is not said through the catalogue, a sentence of the evaluation has no pattern in the message file, or the
    translation beside the rules lacks something."""
    run = run_of(name)
    assert sorted(english_of(run, run.report(), TEXTS)) == []


def with_sections(name: str, sections: tuple[str, ...] = tuple(BESIDE)) -> tuple[Run, Report]:
    """A run, and its report with the sections of other commands."""
    run = run_of(name)
    places = service.library_at(())
    assert not isinstance(places, Failed)
    checked = service.rules_at(run.program.path, places)
    assert not isinstance(checked, Failed)
    facts = (ROOT / f"rules/examples/facts/{THESES[name]}.yaml",) if name in EXAMPLES else ()
    about = service.company_for(checked, THESES[name], facts)
    assert not isinstance(about, Failed)
    days = AnyDay(checked, about.company, {}, places, service.names_elsewhere(places))
    found = beside(Asked(run, days, None), sections)
    assert not isinstance(found, Failed)
    return run, found


def test_no_section_and_no_document_of_the_worked_example_has_one() -> None:
    run, report = with_sections("alibaba", tuple(name for name in BESIDE if name != "simulate"))
    assert sorted(english_of(run, report, (*TEXTS, *DOCUMENTS))) == []


@pytest.mark.soak
@pytest.mark.parametrize("name", THESES)
def test_no_section_of_a_thesis_has_one(name: str) -> None:
    run, report = with_sections(name)
    assert sorted(english_of(run, report, (*TEXTS, *DOCUMENTS))) == []


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.stem)
def test_a_file_of_rules_has_its_whole_translation_beside_it(path: Path) -> None:
    """If this fails: translate what is missing into the file beside the rules, or take out what the rules do not say any more."""
    declared = [d for d in parse(SourceFile.read(path)).file.declarations if d.name and not isinstance(d, s.Example)]
    translation, said = read_translation(translation_beside(path, language("zh")))
    assert said == []
    titled = {d.name.name for d in declared if d.title}
    assert titled <= set(translation.titles)
    spoken = " ".join(re.sub(r"\n *#[^\n]*", "", path.read_text("utf-8")).split())
    unsaid = [text for text in translation.sentences if text not in spoken and text.replace(" ", "_") not in spoken]
    assert unsaid == [], "the rules do not say these"
    for english, chinese in translation.sentences.items():
        if len(CLAUSE.split(english)) > 1 and IN_BRACES.search(english):
            assert clauses(english, chinese.text), (
                english,
                "is cut where a figure is not known: as many clauses, each with its figures",
            )
