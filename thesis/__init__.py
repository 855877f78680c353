"""Investment theses from Python: check rules, evaluate them on a company's sourced facts, and see why.

    import thesis

    run = thesis.evaluate("alibaba", company="BABA", as_of="2026-05-14")
    run.verdicts["setup"].outcome
    run["cloud_growth"].value
    run.report()

`check`, `load` take rules by name, path or as text; `facts` a company by ticker or path; `evaluate`, `report`, `compare`
take either of these or the objects they give; `screen` judges every name of a table or a frame; `prove` asks what must hold
in every world. What cannot be done is a `ThesisError` that says what to do. Every result is a value: nothing changes it, it can be
pickled, and nothing is kept between calls, so that what changes on disk is seen by the next call and by no result that is
there already.

Figures are in base units: 38% is 0.38, 2pp is 0.02, 22x is 22.0, money is in whole units of its currency (39.8bn CNY is
39800000000.0). A bound that is not known is None, and so is what is unknown: it is never 0.

This package imports what it needs when it is needed. `dsl` and `evaluator`, on which it stands, are internal.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as type checkers read it; `typing` alone would take most of the time that this import takes
if TYPE_CHECKING:
    from typing import Any

    from thesis.companies import Company as Company
    from thesis.companies import facts as facts
    from thesis.comparisons import Comparison as Comparison
    from thesis.comparisons import Screen as Screen
    from thesis.comparisons import SparkScreen as SparkScreen
    from thesis.comparisons import compare as compare
    from thesis.comparisons import screen as screen
    from thesis.errors import Diagnostic as Diagnostic
    from thesis.errors import Edit as Edit
    from thesis.errors import Fix as Fix
    from thesis.errors import ThesisError as ThesisError
    from thesis.errors import UnknownNameError as UnknownNameError
    from thesis.explanations import Explanation as Explanation
    from thesis.judgements import Alert as Alert
    from thesis.judgements import Condition as Condition
    from thesis.judgements import Kill as Kill
    from thesis.judgements import Missing as Missing
    from thesis.judgements import Pillar as Pillar
    from thesis.judgements import Scenario as Scenario
    from thesis.judgements import Verdict as Verdict
    from thesis.outlook import Changes as Changes
    from thesis.outlook import Draws as Draws
    from thesis.outlook import Flips as Flips
    from thesis.outlook import History as History
    from thesis.outlook import Sensitivity as Sensitivity
    from thesis.outlook import Sought as Sought
    from thesis.outlook import Worlds as Worlds
    from thesis.proofs import Finding as Finding
    from thesis.proofs import Proof as Proof
    from thesis.proofs import prove as prove
    from thesis.reports import Report as Report
    from thesis.rulefiles import Rules as Rules
    from thesis.rulefiles import check as check
    from thesis.rulefiles import load as load
    from thesis.runs import Run as Run
    from thesis.runs import evaluate as evaluate
    from thesis.runs import report as report
    from thesis.values import Day as Day
    from thesis.values import Fact as Fact
    from thesis.values import Figure as Figure
    from thesis.values import Members as Members
    from thesis.values import Named as Named
    from thesis.values import Period as Period
    from thesis.values import Reason as Reason
    from thesis.values import Series as Series
    from thesis.values import Truth as Truth
    from thesis.values import Value as Value
    from thesis.values import Words as Words

_MODULES = {
    "companies": ("Company", "facts"),
    "comparisons": ("Comparison", "Screen", "SparkScreen", "compare", "screen"),
    "errors": ("Diagnostic", "Edit", "Fix", "ThesisError", "UnknownNameError"),
    "explanations": ("Explanation",),
    "judgements": ("Alert", "Condition", "Kill", "Missing", "Pillar", "Scenario", "Verdict"),
    "outlook": ("Changes", "Draws", "Flips", "History", "Sensitivity", "Sought", "Worlds"),
    "proofs": ("Finding", "Proof", "prove"),
    "reports": ("Report",),
    "rulefiles": ("Rules", "check", "load"),
    "runs": ("Run", "evaluate", "report"),
    "values": ("Day", "Fact", "Figure", "Members", "Named", "Period", "Reason", "Series", "Truth", "Value", "Words"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}
"""Where each name is. No module is called like one of them: to import it would put it in the name's place."""

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first asked for."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'thesis' has no attribute {name!r}")
    found = getattr(import_module(f"thesis.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(_HOME)
