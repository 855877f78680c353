"""Statements of a made-up company, as lines of figures by year, and the way from them to an evaluation: the real one."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.program.program import Program
from dsl.text.source import SourceFile
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import Company
from evaluator.session.run import Run, run
from evaluator.values.values import Figure, Single, Truth, Words
from tests.paths import ROOT
from tests.rules import oracle
from tests.support.runs import company

FOLDER = ROOT / "rules" / "library"
DECLARING = ("company", "financials", "quarterly")
"""The modules that declare lines of statements and judge nothing."""
SCORES = sorted(p.stem for p in FOLDER.glob("*.thesis") if p.stem not in DECLARING)
AS_OF = dt.date(2026, 2, 28)
LAST = 2025

Lines = Mapping[str, Sequence[float]]
"""Figures of a line by year, the last of them of `LAST`; NaN leaves a gap."""

_MILLIONS: dict[str, list[float]] = {
    "sales": [800, 900, 1080],
    "cost_of_sales": [480, 550, 650],
    "overheads": [100, 110, 128],
    "depreciation_expense": [40, 44, 50],
    "amortised": [50, 56, 66],
    "ebit": [110, 125, 185],
    "interest_expense": [12, 13, 14],
    "pretax_earnings": [98, 112, 171],
    "income_taxes": [24, 28, 43],
    "earnings": [74, 84, 128],
    "cash_from_operations": [120, 135, 290],
    "capital_spending": [60, 66, 70],
    "cash_from_investing": [-70, -80, -95],
    "dividends_paid": [20, 22, 24],
    "buybacks": [10, 0, 15],
    "net_borrowing": [10, 12, -12],
    "total_assets": [1000, 1100, 1210],
    "current_assets": [400, 450, 520],
    "cash_held": [90, 100, 125],
    "receivables": [120, 140, 160],
    "inventory": [100, 105, 110],
    "property": [420, 450, 480],
    "gross_property": [700, 745, 800],
    "total_liabilities": [520, 560, 600],
    "current_liabilities": [200, 215, 230],
    "short_term_debt": [30, 32, 25],
    "long_term_debt": [220, 230, 225],
    "taxes_payable": [8, 9, 12],
    "retained_earnings": [300, 350, 420],
    "equity": [480, 540, 610],
    "preferred_stock": [20, 20, 20],
    "shares_outstanding": [98, 100, 99],
    # as if it were a miner too; units, production and reserves in millions
    "mine_costs": [300, 310, 320],
    "byproduct_sales": [20, 22, 25],
    "mine_overheads": [12, 12, 13],
    "sustaining_costs": [14, 14, 15],
    "sustaining_capital": [30, 32, 34],
    "growth_capital": [20, 25, 30],
    "units_sold": [0.48, 0.5, 0.51],
    "units_produced": [0.49, 0.5, 0.52],
    "reserves": [6, 6, 6.5],
    # and a bank
    "cet1_capital": [100, 110, 130],
    "risk_weighted_assets": [800, 850, 900],
    "loans": [700, 750, 800],
    "problem_assets": [10, 10, 9],
    "loan_allowance": [12, 12, 13],
    "intangibles": [30, 30, 28],
    "earning_assets": [900, 1000, 1100],
    "deposits": [800, 880, 950],
    "net_interest_income": [30, 34, 40],
    "other_income": [10, 11, 14],
    "operating_costs": [24, 26, 30],
}
_PLAIN: dict[str, list[float]] = {
    "earnings_per_share": [0.3 + 0.05 * n for n in range(21)],
    "dividends_per_share": [0.1 + 0.02 * n for n in range(21)],
    "book_value_per_share": [4.8, 5.4, 6.1],
    "price_level": [600, 620, 640],
}
LINES: dict[str, list[float]] = {n: [f * 1e6 for f in figures] for n, figures in _MILLIONS.items()} | _PLAIN
_QUARTERLY_MILLIONS: dict[str, list[float]] = {
    "revenue": [200, 206, 212, 220, 235, 245, 255, 285],
    "sales_and_marketing": [60, 61, 62, 63, 64, 66, 68, 70],
    "stock_pay": [4, 4, 4, 4, 5, 5, 5, 5],
    "operating_cash": [50, 55, 58, 60, 64, 68, 74, 84],
    "capex": [15, 15, 16, 16, 17, 17, 18, 18],
    "liquid_funds": [80, 84, 90, 100, 105, 110, 118, 125],
    "quarter_cost_of_sales": [120, 123, 126, 130, 138, 142, 147, 160],
    "quarter_overheads": [26, 27, 27, 28, 30, 31, 32, 35],
    "quarter_depreciation": [11, 11, 11, 11, 12, 12, 13, 13],
    "quarter_earnings": [20, 20, 22, 22, 28, 30, 32, 38],
    "quarter_total_assets": [1010, 1040, 1070, 1100, 1120, 1150, 1180, 1210],
    "quarter_current_assets": [410, 420, 435, 450, 465, 480, 500, 520],
    "quarter_receivables": [125, 130, 135, 140, 145, 150, 155, 160],
    "quarter_property": [425, 432, 440, 450, 456, 464, 472, 480],
    "quarter_current_liabilities": [203, 207, 211, 215, 219, 222, 226, 230],
    "quarter_long_term_debt": [222, 225, 228, 230, 229, 228, 226, 225],
    "debt_due": [30, 30, 31, 32, 30, 28, 26, 25],
    "arr": [780, 800, 830, 860, 910, 960, 1000, 1060],
    "arr_expansion": [30, 30, 31, 32, 36, 38, 40, 42],
    "arr_contraction": [4, 4, 4, 4, 4, 4, 4, 4],
    "arr_churn": [8, 8, 8, 8, 8, 8, 8, 8],
}
QUARTERLY = frozenset(_QUARTERLY_MILLIONS)
"""The lines of which the figures are those of the last eight quarters."""
LINES |= {n: [f * 1e6 for f in figures] for n, figures in _QUARTERLY_MILLIONS.items()}
LINES["earnings_per_share"][-11] = -0.01
LINES["dividends_per_share"][-21] = 0.0
"""Years in which every score comes out well, so that a figure taken away can only do harm; what was
bad eleven and twenty-one years ago is forgotten."""
STUMBLED: dict[str, list[float]] = {name: list(figures) for name, figures in LINES.items()}
STUMBLED["earnings_per_share"][-10] = -0.01
STUMBLED["dividends_per_share"][-20] = 0.0
"""The same with a loss ten years ago, and no dividend twenty years ago."""
POINTS: dict[str, object] = {
    "market_value": "1500m",
    "share_price": 9,
    "metal_price": 1400,
}
PRICES = ("share_price", "metal_price")
WELL = {
    "altman_z": ("z_verdict", "Safe zone"),
    "beneish_ttm": ("mt_verdict", "Not flagged"),
    "bank_scorecard": ("bank_verdict", "Sound"),
    "beneish_m_score": ("m_verdict", "Not flagged"),
    "cash_runway": ("runway_verdict", "Burns no cash"),
    "dividend_safety": ("div_verdict", "Safe"),
    "dupont": ("dupont_verdict", "Earned"),
    "fair_value": ("val_verdict", "Well below its worth"),
    "graham_defensive": ("graham_verdict", "Meets all seven"),
    "magic_formula": ("magic_verdict", "Good and cheap"),
    "miner": ("miner_verdict", "Low costs, long life"),
    "montier_c": ("c_verdict", "Few signs"),
    "net_debt_and_cover": ("debt_verdict", "Comfortable"),
    "net_net": ("ncav_verdict", "No net current assets"),
    "ohlson_o": ("o_verdict", "Not flagged"),
    "peg": ("peg_verdict", "Above its growth"),
    "piotroski_f_score": ("f_verdict", "Strong"),
    "quality_of_earnings": ("quality_verdict", "High"),
    "returns_on_capital": ("roic_verdict", "High"),
    "rule_of_40": ("r40_verdict", "Passes"),
    "saas": ("saas_verdict", "Excellent"),
}
"""The verdict of each score, and what it says of those years."""


@cache
def checked(module: str) -> Checked:
    """A module of the library, as it ships."""
    return check_file(SourceFile.read(FOLDER / f"{module}.thesis"), Library((FOLDER,)))


def program(module: str) -> Program:
    """The program of a module of the library."""
    found = checked(module).program
    assert found is not None
    return found


def facts(lines: Lines, points: Mapping[str, object]) -> str:
    """A facts file's list."""
    text = ""
    for name, figures in lines.items():
        known = [(back, f) for back, f in enumerate(reversed(figures)) if not math.isnan(f)]
        if known:
            rows = (_fact(f"period: {_period(name, back)}", _plain(f)) for back, f in reversed(known))
            text += f"  {name}:\n" + "".join(rows)
    for name, value in points.items():
        text += f"  {name}:\n" + _fact("date: 2026-02-20", value)
    return text


def _period(name: str, back: int) -> str:
    """The fiscal year, or the end of the quarter, so many before the last."""
    if name not in QUARTERLY:
        return f"FY{LAST - back}"
    month = LAST * 12 + 12 - 3 * back
    return (dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).isoformat()


def _plain(figure: float) -> str:
    return f"{figure:.6f}".rstrip("0").rstrip(".")


def _fact(when: str, value: object) -> str:
    return f'    - {{{when}, value: {value}, published: 2026-02-20, kind: reported, source: "Made up"}}\n'


def about(lines: Lines = LINES, points: Mapping[str, object] = POINTS) -> Company:
    """The company of these figures."""
    return company(facts(lines, points), currency="USD", ends="12-31")


def asked(module: str, lines: Lines, points: Mapping[str, object]) -> Company:
    """The same with the figures alone that a module asks for."""
    names = program(module).inputs
    return about({n: f for n, f in lines.items() if n in names}, {n: v for n, v in points.items() if n in names})


def lacking_before(depths: Mapping[str, int]) -> Lines:
    """The good years without what is older than so many periods of each line."""
    return {name: figures[-depths.get(name, 0) :] for name, figures in LINES.items() if name in depths}


def ran(rules: Checked, whom: Company, as_of: dt.date = AS_OF) -> Run:
    """The run of checked rules on a company."""
    found = run(rules, whom, as_of)
    assert isinstance(found, Run), found
    return found


@cache
def well(module: str) -> Evaluation:
    """A module of the library, evaluated on the good years."""
    return evaluated(module)


def evaluated(module: str, lines: Lines = LINES, points: Mapping[str, object] = POINTS) -> Evaluation:
    """A module of the library, evaluated on these figures."""
    return ran(checked(module), asked(module, lines, points)).evaluation


def value(evaluation: Evaluation, name: str) -> Single:
    """The value of a name, at the year that is read."""
    return evaluation.of(name)


def number(evaluation: Evaluation, name: str) -> float:
    """The exact figure of a name."""
    found = value(evaluation, name)
    assert isinstance(found, Figure), name
    assert found.is_exact, f"{name} is {found}"
    return found.low


def truth(evaluation: Evaluation, name: str) -> bool | None:
    """Whether a name holds."""
    found = value(evaluation, name)
    assert isinstance(found, Truth), name
    return found.value


def outcomes(evaluation: Evaluation, verdict: str) -> tuple[str, ...]:
    """What a verdict may still say."""
    found = value(evaluation, verdict)
    assert isinstance(found, Words), verdict
    return found.possible or ()


def differences(
    module: str, rules: Checked, lines: Lines = LINES, points: Mapping[str, object] = POINTS, comes_well: bool = True
) -> list[str]:
    """Where rules that stand for a module differ from the papers' formulas, or from what is said of the good years."""
    asks = program(module).inputs
    whom = about({n: f for n, f in lines.items() if n in asks}, {n: v for n, v in points.items() if n in asks})
    found = ran(rules, whom).evaluation
    differ = []
    for name, wanted in oracle.everything(module, lines, 1500e6, *(float(str(points[n])) for n in PRICES)).items():
        got = value(found, name) if name in found.values else None
        differ += [] if _same(got, wanted) else [f"{name} is {got}, not {wanted}"]
    verdict, outcome = WELL[module]
    if comes_well and outcomes(found, verdict) != (outcome,):
        differ.append(f"{verdict} is {outcomes(found, verdict)}, not {outcome}")
    return differ


def read_case(name: str) -> Path:
    """A facts file of this folder."""
    return Path(__file__).parent / name


def _same(got: Single | None, wanted: float | bool | None) -> bool:
    """Whether a value is what was calculated; NaN and None stand for what is not meaningful."""
    if wanted is None or isinstance(wanted, bool):
        return isinstance(got, Truth) and (got.nm if wanted is None else got.value is wanted)
    if not isinstance(got, Figure):
        return False
    if math.isnan(wanted):
        return got.nm
    return got.middle is not None and math.isclose(got.middle, wanted, rel_tol=1e-9, abs_tol=1e-12)
