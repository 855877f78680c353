"""From names or objects to a run, or to what stands in the way: what the command line, a notebook and a server share.

In: rules, a company, settings, folders and a day, as a user gives them, and how this user writes them (`Asking`).
Out: `Checked`, `About`, `Run`, or `Failed`; findings are values. Must not print, end the process or read the clock, and
must not know what a result looks like. What reads facts or evaluates is imported when it is needed.

The steps, each by itself for whoever talks in between: `library_at`, `rules_at`, `without_errors`, `company_for`,
`settings_for`, `run_on`. `evaluate` is the whole way.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.lowering.settings import on_the_command_line, read_settings
from dsl.program.program import Expr, Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from evaluator.codes.messages import make
from evaluator.session.fact_files import FactFiles, facts_about, known_tickers, shown_file, tickers_in
from evaluator.session.places import find_rules, from_here, library
from evaluator.session.reading import Failed, check_rules, check_text, load_facts

if TYPE_CHECKING:
    from evaluator.facts.model import Company
    from evaluator.proofs.findings import Proof
    from evaluator.schema.report import NodeExplanation
    from evaluator.session.run import Run

TEXT = "<text>"
"""How messages name rules that are in no file."""


@record
class Asking:
    """How the user writes what may be asked for, so that a finding says what to type."""

    company: str
    """What names a company."""
    facts: str
    """What names facts files and folders."""
    settings: str
    """What sets a value: the place that messages name."""
    setting: Callable[[str, str], str]
    """A name and a value -> how the user sets it."""


COMMAND_LINE = Asking("--for TICKER", "--facts", "--set", on_the_command_line)


# --- rules -------------------------------------------------------------------------------------------------


def library_at(folders: Sequence[Path]) -> Library | Failed:
    """Where modules are looked for, with given folders first; one that is no folder is wrong use."""
    for folder in folders:
        if not os.path.isdir(folder):
            mend = "name the folder that holds the modules"
            return _wrong(make("C002", None, at=str(folder), what="this is not a folder", mend=mend))
    return library(folders)


@record
class RulesText:
    """Rules as their own text, in no file."""

    text: str


Rules = str | Path | RulesText | Checked
"""Rules by name or path, by path, as text, or checked already."""


def rules_at(rules: Rules, places: Library) -> Checked | Failed:
    """Rules, checked. Failed (wrong use) where they cannot be read; rules with errors are there, with their errors."""
    if isinstance(rules, Checked):
        return rules
    if isinstance(rules, RulesText):
        return check_text(TEXT, BytesIO(rules.text.encode("utf-8", "surrogatepass")), places)
    path = rules if isinstance(rules, Path) else find_rules(rules, places)
    if path is None:
        return _wrong(no_rules(str(rules), places))
    return check_rules(path, places, from_here(path))


def no_rules(name: str, places: Library) -> Diagnostic:
    """That no file and no name in the library is meant, and which may be."""
    known = places.names()
    listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    mend = did_you_mean(name, known, f"name a file, or one of {listed or 'none'} (see `thesis list`)")
    return make("C002", None, what=f"there are no rules `{name}`", mend=mend)


def without_errors(found: Checked | Failed) -> Checked | Failed:
    """Rules that can be run; Failed with their findings where they have errors."""
    if isinstance(found, Checked) and found.program is None:
        return Failed(found.diagnostics)
    return found


def program_of(checked: Checked) -> Program:
    """The program of rules that are without errors."""
    assert checked.program is not None, "rules with errors go no further than `without_errors`"
    return checked.program


def program_for(checked: Checked, company: Company | None, day: dt.date | None) -> Program:
    """The same with a figure for each segment of a company that was known on a day (None: on any day): those may be set, too."""
    from evaluator.known.segments import segmented

    return segmented(program_of(checked), company, day)


# --- company and settings ----------------------------------------------------------------------------------


@record
class About:
    """A company, and what is to be said of its files: warnings, since its facts can be used."""

    company: Company
    notes: tuple[Diagnostic, ...] = ()


def company_for(
    checked: Checked, ticker: str | None, facts: Sequence[Path], asking: Asking = COMMAND_LINE
) -> About | Failed:
    """The company that is meant by a ticker, by what the rules are for, or by facts files.

    In: the rules, a ticker (None: the one of the thesis), facts files and folders (none: where facts are kept). Out: the
    company, or Failed: wrong use where there are no facts or those of somebody else, findings where they have mistakes.
    """
    return company_of(ticker or program_of(checked).ticker, facts, Path(checked.source.path), asking)


def company_of(
    ticker: str | None, facts: Sequence[Path], rules: Path | None = None, asking: Asking = COMMAND_LINE
) -> About | Failed:
    """The company that every command and Python mean by a ticker and by facts files and folders.

    In: a ticker (None: whom the files and folders are about, where that is one company alone), files and folders (none:
    where facts are kept), the rule file beside which they may lie. Out: as of `company_for`, with what was left out of
    folders among the notes.
    """
    wanted = ticker
    if wanted is None:
        folders = [path for path in facts if os.path.isdir(path)]
        about = tickers_in(folders)
        if folders and len(folders) == len(facts) and not about:
            what, mend = "there are no facts in this folder", "name a folder with facts files, or a file"
            return _wrong(make("C002", None, at=", ".join(map(str, folders)), what=what, mend=mend))
        if len(about) > 1 or not facts:
            return _which(about, rules, asking)
        wanted = about[0] if about else None
    files = facts_about(wanted, facts, rules)
    if not files.read:
        return _nothing(wanted or "", facts, files, rules, asking)
    found = company_in(files.read, wanted, asking)
    if isinstance(found, Failed):
        return found
    found = replace(found, notes=(*found.notes, *files.notes()))
    return found if wanted is None else called(found, wanted, asking)


def _which(about: Sequence[str], rules: Path | None, asking: Asking) -> Failed:
    """That it is not said which company is meant."""
    what = f"these facts are about {len(about)} companies" if about else "these rules are for any company"
    listed = ", ".join(about or known_tickers(rules)) or "none"
    mend = f"say which with {asking.company} (facts are there for {listed})"
    return Failed((make("C002", None, what=what, mend=mend),), True, unsaid=True)


def _nothing(ticker: str, facts: Sequence[Path], files: FactFiles, rules: Path | None, asking: Asking) -> Failed:
    """That there are no facts about a company, and what was left out."""
    if facts:
        mend = f"put `{ticker}.yaml` there, or leave `{asking.facts}` out to look where facts are kept"
        what = f"there are no facts about {ticker} in this folder"
        return _wrong(make("C002", None, at=", ".join(map(str, facts)), what=what, mend=mend), *files.notes())
    known = known_tickers(rules)
    otherwise = f"there are facts for {', '.join(known) or 'no company'}; or name a file with {asking.facts}"
    return _wrong(make("C001", None, ticker=ticker, mend=did_you_mean(ticker, known, otherwise)))


def called(found: About | Failed, ticker: str, asking: Asking = COMMAND_LINE) -> About | Failed:
    """A company that has this ticker. Failed (wrong use) where its files are about another."""
    if isinstance(found, Failed) or found.company.ticker.upper() == ticker.upper():
        return found
    path, other = found.company.path, found.company.ticker
    mend = f"name the right file with `{asking.facts}`"
    return _wrong(make("C004", None, at=path, found=other, wanted=ticker, mend=mend))


def company_in(files: Sequence[Path], ticker: str | None = None, asking: Asking = COMMAND_LINE) -> About | Failed:
    """The company in facts files; `ticker` says which, where a file holds several."""
    company, problems = load_facts(*files, ticker=ticker, which=asking.company)
    if company is None:
        return Failed(tuple(problems), wrong_use=any(d.code == "F001" for d in problems))
    read = tuple(dict.fromkeys(shown_file(file) for file in files))
    return About(company.model_copy(update={"files": read}), tuple(problems))


def unclear_settings(settings: Sequence[str], asking: Asking = COMMAND_LINE) -> Failed | None:
    """That settings do not say what to set, or to what."""
    unclear = [text for text in settings if not all(part.strip() for part in text.partition("="))]
    mend = f"write it as NAME=VALUE, such as `{asking.setting('cloud_growth', '38%')}`"
    return _wrong(*(make("C005", None, text=text, mend=mend) for text in unclear)) if unclear else None


def settings_for(program: Program, settings: Sequence[str], asking: Asking = COMMAND_LINE) -> dict[str, Expr] | Failed:
    """Each `NAME=VALUE`, typed as its name. Failed (wrong use) for names that are not there and values of another unit."""
    unclear = unclear_settings(settings, asking)
    if unclear is not None:
        return unclear
    given, problems = read_settings(program, settings, shown=asking.settings, as_set=asking.setting)
    return _wrong(*problems) if problems else given


# --- results -----------------------------------------------------------------------------------------------


@record
class Evaluated:
    """A run with what it was made from."""

    checked: Checked
    about: About
    run: Run


def evaluate(
    rules: Rules,
    company: str | About | None,
    as_of: dt.date,
    *,
    facts: Sequence[Path] = (),
    settings: Sequence[str] = (),
    places: Library,
    asking: Asking = COMMAND_LINE,
    elsewhere: Callable[[], Collection[str]] | None = None,
) -> Evaluated | Failed:
    """The whole way from names or objects to a run.

    In: rules by name, path, text or checked; a company by ticker, loaded, or None (the one of the thesis); the as-of
    day; facts files and folders; settings as `NAME=VALUE`; the library; `elsewhere` as in `run_on`. Out: the run with
    what it was made from, or Failed. Never raises for what files, names or settings may hold.
    """
    checked = without_errors(rules_at(rules, places))
    if isinstance(checked, Failed):
        return checked
    unclear = unclear_settings(settings, asking)
    if unclear is not None:
        return unclear
    about = company if isinstance(company, About) else company_for(checked, company, facts, asking)
    if isinstance(about, Failed):
        return about
    given = settings_for(program_for(checked, about.company, as_of), settings, asking)
    if isinstance(given, Failed):
        return given
    found = run_on(checked, about.company, as_of, given, places, elsewhere)
    return found if isinstance(found, Failed) else Evaluated(checked, about, found)


def run_on(
    checked: Checked,
    company: Company | None,
    as_of: dt.date,
    settings: Mapping[str, Expr],
    places: Library,
    elsewhere: Callable[[], Collection[str]] | None = None,
) -> Run | Failed:
    """Rules without errors evaluated on a company's facts, or what is wrong with the facts (`run.run`)."""
    from evaluator.session.run import run

    return run(checked, company, as_of, settings, places, elsewhere)


def names_elsewhere(places: Library) -> Callable[[], Collection[str]]:
    """What other rules of a library ask for, looked up once however many runs share it: the `elsewhere` of `run_on`."""
    from evaluator.session.elsewhere import names_elsewhere as found

    return cache(lambda: found(places))


def what_if(run: Run, settings: Sequence[str], asking: Asking = COMMAND_LINE) -> Run | Failed:
    """The same run with values set by hand beside those that it sets already; a name that is set again takes the new one.

    In: settings as `NAME=VALUE`. Out: another run, equal to one that was given all settings from the start; Failed (wrong
    use) as in `settings_for`.
    """
    given = settings_for(run.program, settings, asking)
    if isinstance(given, Failed):
        return given
    return run.with_settings({**run.evaluation.world.replaced, **given})


@record
class Questions:
    """What is asked of rules: names, and expressions, each of which has become a metric of `checked`."""

    checked: Checked
    names: Mapping[str, str]
    """What was asked, and the name that answers it."""
    notes: tuple[Diagnostic, ...] = ()
    """What is odd about the expressions."""


def questions(checked: Checked, asked: Sequence[str]) -> Questions | Failed:
    """Names of rules and expressions over them, as they are typed. Failed (wrong use) where an expression has mistakes; a
    name that is not there is found by `explained`."""
    expressions = [text for text in dict.fromkeys(asked) if not _is_name(text.strip())]
    names = {text: text.strip() for text in asked}
    if not expressions:
        return Questions(checked, names)
    from dsl.check.asked import asked as beside

    found = beside(checked, expressions)
    if found.checked.program is None:
        return _wrong(*found.findings)
    return Questions(found.checked, names | dict(zip(expressions, found.names, strict=True)), found.findings)


def _is_name(text: str) -> bool:
    """Whether a text is one name: `z.score` is that of a module with a prefix."""
    return all(part.isidentifier() for part in text.split("."))


def answered(run: Run, question: str, name: str) -> NodeExplanation | Failed:
    """Why a name has its value; of an expression, under its own text."""
    found = explained(run, name)
    if isinstance(found, Failed) or question.strip() == name:
        return found
    said = " ".join(question.split())
    return found.model_copy(update={"name": said, "title": "", "role": "expression", "written": ""})


def explained(run: Run, name: str) -> NodeExplanation | Failed:
    """Why a name has its value, down to the facts. Failed (wrong use) where the rules have no such name."""
    from evaluator.report.doubts import alerts_of
    from evaluator.report.tree import explain
    from evaluator.report.worlds import settings, what_if

    if name not in run.evaluation.values:
        return _wrong(no_name(run, name))
    assumed = what_if(settings(run.evaluation, run.plain()))
    first = alerts_of(run.evaluation, run.found(), name)
    return explain(run.evaluation, name).model_copy(update={"what_if": assumed, "alerts": first})


def no_name(run: Run, name: str) -> Diagnostic:
    """That rules have no such name, and which may be meant."""
    mend = did_you_mean(name, run.evaluation.values, "see `thesis graph` for the names")
    return make("C002", None, what=f"there is no `{name}` in these rules", mend=mend)


def judgements_of(run: Run, names: Sequence[str]) -> tuple[str, ...] | Failed:
    """The verdicts and kills of some names, in their order. Failed (wrong use) where a name is none of them."""
    known = (*run.program.verdicts, *run.program.kills)
    unknown = [n for n in names if n not in known]
    if not unknown:
        return tuple(dict.fromkeys(names))
    listed = f"write one of {', '.join(known)}" if known else "these rules have none"
    what = "`{}` is no verdict or kill of these rules"
    return _wrong(*(make("C002", None, what=what.format(n), mend=did_you_mean(n, known, listed)) for n in unknown))


def in_order(begin: dt.date, end: dt.date) -> Failed | None:
    """That the first of two days does not come before the last."""
    if begin < end:
        return None
    what = f"{begin} does not come before {end}"
    return _wrong(make("C002", None, what=what, mend="name the earlier day with --from, and the later one with --to"))


def goal_of(text: str) -> tuple[str, str] | Failed:
    """The two sides of `EXPRESSION = VALUE`. Failed (wrong use) where there are not two."""
    sides = [side.strip() for side in re.split(r"(?<![<>=!])=(?!=)", text)]
    if len(sides) == 2 and all(sides):
        return sides[0], sides[1]
    mend = 'write it as "EXPRESSION = VALUE", such as "price / 2 = 100 USD"'
    return _wrong(make("C002", None, what=f"`{text}` says no value that is wanted", mend=mend))


def has_name(run: Run, name: str) -> Failed | None:
    """That rules have no such name."""
    return None if name in run.evaluation.values else _wrong(no_name(run, name))


def shown_names(run: Run, names: Sequence[str]) -> Failed | None:
    """That some names to be shown are none of the rules; `score` is the score where no name is called so."""
    unknown = [n for n in names if n not in run.evaluation.values and n != "score"]
    return _wrong(*(no_name(run, n) for n in unknown)) if unknown else None


def in_words(seconds: float) -> str:
    """How long something takes, to one figure that counts: `40 seconds`, `3 minutes`, `2 hours`."""
    for size, word in ((3600.0, "hour"), (60.0, "minute"), (1.0, "second")):
        if seconds >= size:
            count = round(seconds / size, -1 if seconds / size >= 20 else 0)
            return f"{count:,.0f} {word}{'' if count == 1 else 's'}"
    return "a second"


def no_solver() -> Failed | None:
    """That nothing can be proven, since the solver is not installed."""
    return _wrong(make("C006", None)) if find_spec("z3") is None else None


def no_draws() -> Failed | None:
    """That nothing can be drawn, since scipy is not installed."""
    return _wrong(make("C007", None)) if find_spec("scipy") is None else None


_WRITERS = {"pdf": ("typst", "typst", "a PDF"), "docx": ("docx", "python-docx", "a Word document")}
"""The module that writes a form, the package that holds it, and what the form is called."""


def no_writer(form: str) -> Failed | None:
    """That a report cannot be written in a form, since what writes it is not installed."""
    if form not in _WRITERS:
        return None
    module, package, what = _WRITERS[form]
    return _wrong(make("C008", None, what=what, package=package, extra=form)) if find_spec(module) is None else None


def figures_of(run: Run, names: Sequence[str]) -> tuple[str, ...] | Failed:
    """Figures of rules by their names. Failed (wrong use) where a name is none of them."""
    program = run.program
    known = [n for n in (*program.metrics, *program.forecasts, *program.inputs, *program.params) if _is_figure(run, n)]
    unknown = [n for n in names if n not in known]
    if not unknown:
        return tuple(dict.fromkeys(names))
    return _wrong(
        *(
            make(
                "C002",
                None,
                what=f"`{n}` is no figure of these rules",
                mend=did_you_mean(n, known, "see `thesis graph`"),
            )
            for n in unknown
        )
    )


def _is_figure(run: Run, name: str) -> bool:
    declared = run.program.declared(name)
    return bool(declared.type.is_figure)  # type: ignore[attr-defined]


def prove(checked: Checked, as_of: dt.date | None, budget: float) -> Proof | Failed:
    """What can be proven of rules, within so many seconds for each table, condition and pillar; on a day, or (None) on
    every day on which params change."""
    missing = no_solver()
    if missing is not None:
        return missing
    from evaluator.proofs.prove import prove as proven

    return proven(program_of(checked), as_of, budget)


def _wrong(*diagnostics: Diagnostic) -> Failed:
    return Failed(diagnostics, wrong_use=True)
