"""What a user gives, as the service takes it: rules, companies, days, settings, folders.

In: names, paths, texts, objects. Out: what `evaluator.session.service` takes; ThesisError for what cannot be meant. Must
not know what is made of it.

The one place of this package that reads the clock: without `as_of` it is today, and a run says so.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from numbers import Integral, Rational, Real
from pathlib import Path
from typing import TYPE_CHECKING

from dsl.link.library import SUFFIX, Library
from dsl.program.program import Program
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from dsl.types.days import FIRST_YEAR, LAST_YEAR, iso
from dsl.types.units import Kind
from evaluator.session import service
from evaluator.session.reading import Failed
from evaluator.session.service import About, Asking, RulesText
from thesis.errors import refusal, settled, unknown_name

if TYPE_CHECKING:
    from dsl.check.checker import Checked

PathLike = str | os.PathLike[str]
Paths = PathLike | Sequence[PathLike]
AsOf = str | dt.date | None
Given = str | bool | int | float | Decimal | dt.date | None
"""What a name may be set to."""

PYTHON = Asking('company="TICKER"', "facts=", "settings", lambda name, value: f'{name}="{value}"')
"""How what may be asked for is written in Python."""
_LOADING = replace(PYTHON, company='thesis.facts(…, ticker="TICKER")')
"""The same where a company is loaded by itself."""

_RULES_BEGIN = re.compile(rf"\s*(?:#|(?:{'|'.join(DECLARATION_WORDS)})\s)")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


# --- paths and rules ---------------------------------------------------------------------------------------


def paths_of(given: Paths | None, what: str) -> list[Path]:
    """One path or several."""
    if given is None:
        return []
    if isinstance(given, str | os.PathLike):
        return [Path(given)]
    if isinstance(given, Sequence) and all(isinstance(item, str | os.PathLike) for item in given):
        return [Path(item) for item in given]
    raise refusal(f"`{what}` is {sort_of(given)}", f"give a path, or a list of paths, as `{what}`")


def library_of(folders: Paths | None) -> Library:
    """Where modules are looked for, given folders first."""
    return settled(service.library_at(paths_of(folders, "library")))


def rules_of(rules: object) -> service.Rules:
    """Rules by name, path or text. A string is a text where it has several lines, or begins as rules do."""
    if isinstance(rules, os.PathLike):
        return Path(rules)
    if not isinstance(rules, str):
        raise refusal(
            f"rules are given as {sort_of(rules)}", "give a name, a path, the rules as text, or thesis.load(…)"
        )
    if "\n" in rules or (_RULES_BEGIN.match(rules) and not rules.endswith(SUFFIX)):
        return RulesText(rules)
    if not rules.strip():
        raise refusal("no rules are named", "give a name such as `alibaba`, a path, or the rules as text")
    return rules


def open_rules(rules: object, places: Library) -> Checked:
    """Rules that can be read. Raises ThesisError where they cannot."""
    return settled(service.rules_at(rules_of(rules), places))


# --- companies -----------------------------------------------------------------------------------------------


def company_of(company: object, facts: Paths | None, checked: Checked) -> About:
    """The company that rules are to be evaluated on: by ticker, by the files that hold its facts, or loaded; None is the
    one of the thesis. `facts` says where to look for a ticker."""
    where = paths_of(facts, "facts")
    if isinstance(company, str) and not is_path(company):
        if not company.strip():
            raise refusal("no company is named", f"say which with {PYTHON.company}")
        return settled(service.company_for(checked, company, where, PYTHON))
    if company is None:
        return settled(service.company_for(checked, None, where, PYTHON))
    if where:
        raise refusal("facts are given twice", "give files as `company`, or a ticker as `company` and files as `facts`")
    return company_at(company)


def company_at(company: object, ticker: str | None = None) -> About:
    """A company by ticker, by the files or folders that hold its facts, or loaded; `ticker` says which, where a file
    holds several."""
    from evaluator.facts.model import Company as Model
    from evaluator.session.whose_facts import company_called

    about = getattr(company, "about", None)  # of a thesis.Company, which stands above this module
    if isinstance(about, About):
        return about
    if isinstance(company, Model):
        return About(company)
    if isinstance(company, str) and not company.strip():
        raise refusal("no company is named", "give a ticker, or the path of a facts file")
    if isinstance(company, str) and not is_path(company):
        if ticker is not None and ticker.upper() != company.upper():
            raise refusal(f"`{company}` and `{ticker}` are two companies", "give a file as `company`, or one ticker")
        return settled(company_called(company, PYTHON))
    if isinstance(company, str | os.PathLike | Sequence):
        paths = paths_of(company, "company")
        if not paths:
            raise refusal("no facts file is named", "give a ticker, a path, or a list of paths")
        return settled(service.company_of(ticker, paths, None, _LOADING))
    raise refusal(
        f"a company is given as {sort_of(company)}", "give a ticker, the path of a facts file, or thesis.facts(…)"
    )


def is_path(company: str) -> bool:
    """Whether a string names a file or a folder rather than a ticker."""
    from evaluator.readers.kinds import holds_facts

    path = Path(company)
    return len(path.parts) > 1 or company.endswith(("/", os.sep)) or holds_facts(path)


# --- days ----------------------------------------------------------------------------------------------------


def day_of(as_of: object) -> tuple[dt.date, bool]:
    """The as-of day, and whether it is today for want of another."""
    if as_of is None:
        return dt.date.today(), True
    return day(as_of), False


def day(given: object) -> dt.date:
    """A day: a `date`, a `datetime` (its day, in its own time zone) or a text such as 2026-05-14."""
    if isinstance(given, dt.datetime):
        try:
            return given.date()
        except ValueError:  # pandas' NaT passes for a datetime
            raise refusal(f"`as_of` is {given}, which is not a day", "name a day, such as 2026-05-14") from None
    if isinstance(given, dt.date):
        return given
    if not isinstance(given, str):
        raise refusal(f"`as_of` is {sort_of(given)}", 'give a day as "2026-05-14", or as a date')
    if not _DAY.fullmatch(given):
        raise refusal(f"`{given}` is not a day", "write it as YYYY-MM-DD, such as 2026-05-14")
    try:
        return iso(given)
    except ValueError:
        years = f"{FIRST_YEAR} to {LAST_YEAR}"
        raise refusal(f"there is no day {given} in the calendar of the years {years}", "name another day") from None


# --- settings ------------------------------------------------------------------------------------------------


def whole(given: object, name: str, least: int) -> int:
    """A whole number of at least so much. Raises ThesisError for anything else, also for a truth."""
    if isinstance(given, Integral) and not isinstance(given, bool) and int(given) >= least:
        return int(given)
    raise refusal(
        f"`{name}` is no whole number of {least} or more: {_short(given)}",
        f"write for instance `{name}={max(least, 1)}`",
    )


def settings_of(program: Program, settings: object) -> list[str]:
    """Values by name as `NAME=VALUE`, each checked to set that name alone. Raises ThesisError for a name that is not
    there, a value of another unit, and a number whose unit is not clear."""
    if settings is None:
        return []
    if not isinstance(settings, Mapping):
        raise refusal(f"`settings` are {sort_of(settings)}", 'give values by name, such as {"cloud_growth": "30%"}')
    texts = [_setting(program, name, value) for name, value in settings.items()]
    for name, text in zip(settings, texts, strict=True):
        given = service.settings_for(program, [text], PYTHON)
        if not isinstance(given, Failed) and set(given) != {name}:
            raise refusal(f"`{text}` sets more than `{name}`", "give each name its own value")
    given = service.settings_for(program, texts, PYTHON)
    if isinstance(given, Failed):
        settled(given)
    return texts


def _setting(program: Program, name: object, value: object) -> str:
    if not isinstance(name, str) or not (name in program.order or name in program.scenarios):
        raise unknown_name(name, _settable(program), "input, param, metric or forecast")
    if isinstance(value, str):
        return f"{name}={value}"
    if value is None or name not in _settable(program):
        return f"{name}=unknown"  # a name that cannot be set is refused as such, whatever the value
    return f"{name}={_spelled(program, name, value)}"


def _settable(program: Program) -> list[str]:
    return [*program.inputs, *program.params, *program.metrics, *program.forecasts]


def _spelled(program: Program, name: str, value: object) -> str:
    """A value that is no text as rules spell it, where only one thing can be meant."""
    metric = program.metrics.get(name)
    kind = (metric.shown if metric is not None else getattr(program.declared(name), "type")).kind  # noqa: B009
    if isinstance(value, bool) or (hasattr(value, "dtype") and str(value.dtype) == "bool"):
        if kind is Kind.FLAG:
            return "true" if value else "false"
    elif isinstance(value, dt.date):
        if kind is Kind.DATE:
            return day(value).isoformat()
    elif isinstance(value, Decimal | Real):
        return _number(name, kind, value)
    spelling = _SPELLINGS.get(kind, "")
    hint = f"write it like `{PYTHON.setting(name, spelling)}`" if spelling else f"write the value of `{name}` as a text"
    raise refusal(f"`{name}` is {_KINDS.get(kind, kind.value)}, and {_short(value)} is {sort_of(value)}", hint)


def _number(name: str, kind: Kind, value: Decimal | Real) -> str:
    """A number, where the unit is unambiguous: 0.3 of a percent may be meant as 30% or as 0.3%."""
    if not math.isfinite(value):
        raise refusal(f"{value} is not a figure that `{name}` could be", "give None for what is not known")
    plain = _plain(value)
    if kind is Kind.MULTIPLE:
        return f"{plain}x"
    if kind in (Kind.NUMBER, Kind.COUNT, Kind.RATIO):
        return plain
    if kind in (Kind.PERCENT, Kind.POINTS):
        sign = "%" if kind is Kind.PERCENT else "pp"
        percent = _plain(Decimal(plain) * 100)
        hint = f"write `{PYTHON.setting(name, percent + sign)}` or `{PYTHON.setting(name, plain + sign)}`"
        raise refusal(
            f"`{name}` is {_KINDS[kind]}, and {plain} may be meant as {percent}{sign} or as {plain}{sign}", hint
        )
    if kind is Kind.MONEY:
        hint = f"write the amount with its currency, such as `{PYTHON.setting(name, _SPELLINGS[kind])}`"
        raise refusal(f"`{name}` is money, and {plain} does not say of which currency, nor whether in millions", hint)
    spelling = _SPELLINGS.get(kind)
    hint = f"write it like `{PYTHON.setting(name, spelling)}`" if spelling else "write one of its words"
    raise refusal(f"`{name}` is {_KINDS.get(kind, kind.value)}, and {plain} is a number", hint)


def _plain(value: Decimal | Real) -> str:
    """A number in digits, without an exponent."""
    if isinstance(value, Decimal):
        exact = value
    elif isinstance(value, Rational):
        exact = Decimal(int(value.numerator)) / Decimal(int(value.denominator))
    else:
        exact = Decimal(repr(float(value)))
    text = f"{exact:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


_SPELLINGS = {Kind.PERCENT: "38%", Kind.POINTS: "2pp", Kind.MULTIPLE: "22x", Kind.MONEY: "10bn CNY", Kind.NUMBER: "5",
              Kind.RATIO: "5", Kind.COUNT: "5", Kind.DATE: "2026-05-14", Kind.FLAG: "true"}  # fmt: skip
_KINDS = {Kind.PERCENT: "a percent", Kind.POINTS: "a difference of percents", Kind.MULTIPLE: "a multiple",
          Kind.MONEY: "money", Kind.NUMBER: "a number", Kind.RATIO: "a number", Kind.COUNT: "a count", Kind.DATE: "a date",
          Kind.FLAG: "something true or false", Kind.TEXT: "a text", Kind.CHOICE: "a choice", Kind.SET: "a set"}  # fmt: skip


def sort_of(value: object) -> str:
    """What a value is, as it is said of something that cannot be taken: `a list`, `an int`, `nothing`."""
    if value is None:
        return "None"
    word = type(value).__name__
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
