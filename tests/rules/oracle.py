"""The scores calculated once more, in plain Python from the papers' definitions, to compare the modules with.

In: three years of each line, the last one now. Out: the figures and signs that a module must give; NaN where there is no
such figure, None for a sign that there is none of: a ratio to what is not above 0 means nothing. Written from the papers
and not from the modules: no name of theirs but those of the results.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

Years = Mapping[str, Sequence[float]]
Score = dict[str, float | bool | None]


def over(a: float, b: float) -> float:
    """a / b of a base above 0."""
    return a / b if b > 0 else math.nan


def sign(holds: bool, *figures: float) -> bool | None:
    """Whether it holds, of figures that there are."""
    return None if any(math.isnan(f) for f in figures) else holds


def piotroski(y: Years) -> Score:
    """Piotroski (2000), table of definitions."""

    def roa(t: int) -> float:
        return over(y["earnings"][t], y["total_assets"][t - 1])

    def lever(t: int) -> float:
        return y["long_term_debt"][t] / ((y["total_assets"][t] + y["total_assets"][t - 1]) / 2)

    def liquid(t: int) -> float:
        return over(y["current_assets"][t], y["current_liabilities"][t])

    def margin(t: int) -> float:
        return 1 - over(y["cost_of_sales"][t], y["sales"][t])

    def turn(t: int) -> float:
        return y["sales"][t] / y["total_assets"][t - 1]

    cfo = y["cash_from_operations"][-1] / y["total_assets"][-2]
    signs = {
        "f_profit": roa(-1) > 0,
        "f_cash": cfo > 0,
        "f_roa_up": roa(-1) > roa(-2),
        "f_cash_backed": cfo > roa(-1),
        "f_leverage_down": lever(-1) < lever(-2),
        "f_liquidity_up": sign(liquid(-1) > liquid(-2), liquid(-1), liquid(-2)),
        "f_no_issue": y["shares_outstanding"][-1] <= y["shares_outstanding"][-2],
        "f_margin_up": sign(margin(-1) > margin(-2), margin(-1), margin(-2)),
        "f_turnover_up": turn(-1) > turn(-2),
    }
    return {**signs, "f_score": float(sum(s is True for s in signs.values())), "f_roa": roa(-1), "f_roa_before": roa(-2), "f_cfo": cfo,
            "f_leverage": lever(-1), "f_leverage_before": lever(-2), "f_liquidity_before": liquid(-2),
            "f_margin_before": margin(-2), "f_turnover": turn(-1), "f_turnover_before": turn(-2),
            "f_shares_before": y["shares_outstanding"][-2]}  # fmt: skip


def altman(y: Years, market_value: float) -> Score:
    """Altman (1968, 1983, 2000)."""
    a = y["total_assets"][-1]
    x1 = (y["current_assets"][-1] - y["current_liabilities"][-1]) / a
    x2, x3, x5 = y["retained_earnings"][-1] / a, y["ebit"][-1] / a, y["sales"][-1] / a
    x4, book = market_value / y["total_liabilities"][-1], y["equity"][-1] / y["total_liabilities"][-1]
    general = 6.56 * x1 + 3.26 * x2 + 6.72 * x3 + 1.05 * book
    return {
        "z_score": 1.2 * x1 + 1.4 * x2 + 3.3 * x3 + 0.6 * x4 + 0.999 * x5,
        "z_private": 0.717 * x1 + 0.847 * x2 + 3.107 * x3 + 0.42 * book + 0.998 * x5,
        "z_general": general,
        "z_emerging": 3.25 + general,
    }


def beneish(y: Years) -> Score:
    """Beneish (1999), with TATA of Beneish, Lee and Nichols (2013)."""

    def index(of: Callable[[int], float]) -> float:
        return over(of(-1), of(-2))

    def margin(t: int) -> float:
        return over(y["sales"][t] - y["cost_of_sales"][t], y["sales"][t])

    def soft(t: int) -> float:
        return 1 - (y["current_assets"][t] + y["property"][t]) / y["total_assets"][t]

    def rate(t: int) -> float:
        return over(y["depreciation_expense"][t], y["property"][t] + y["depreciation_expense"][t])

    dsri = index(lambda t: over(y["receivables"][t], y["sales"][t]))
    gmi = over(margin(-2), margin(-1)) if margin(-2) > 0 else math.nan
    aqi = index(soft) if soft(-1) >= 0 else math.nan
    sgi = index(lambda t: y["sales"][t]) if y["sales"][-1] > 0 else math.nan
    depi = over(rate(-2), rate(-1))
    sgai = index(lambda t: over(y["overheads"][t], y["sales"][t]))
    lvgi = index(lambda t: (y["long_term_debt"][t] + y["current_liabilities"][t]) / y["total_assets"][t])
    tata = (y["earnings"][-1] - y["cash_from_operations"][-1]) / y["total_assets"][-1]
    eight = (
        -4.84
        + 0.92 * dsri
        + 0.528 * gmi
        + 0.404 * aqi
        + 0.892 * sgi
        + 0.115 * depi
        - 0.172 * sgai
        + 4.679 * tata
        - 0.327 * lvgi
    )
    five = -6.065 + 0.823 * dsri + 0.906 * gmi + 0.593 * aqi + 0.717 * sgi + 0.107 * depi
    return {"m_dsri": dsri, "m_gmi": gmi, "m_aqi": aqi, "m_sgi": sgi, "m_depi": depi, "m_sgai": sgai, "m_lvgi": lvgi,
            "m_tata": tata, "m_score": eight, "m_score_five": five, "m_flagged": sign(eight > -1.78, eight)}  # fmt: skip


def rule_of_40(y: Years) -> Score:
    """Feld (2015), with EBITDA and with free cash flow."""
    growth, now = over(y["sales"][-1], y["sales"][-2]) - 1, y["sales"][-1]
    return {
        "r40_score": growth + over(y["ebit"][-1] + y["amortised"][-1], now),
        "r40_cash_score": growth + over(y["cash_from_operations"][-1] - y["capital_spending"][-1], now),
    }


def dupont(y: Years) -> Score:
    """Return on average equity, directly: both ways through the factors must come to it."""
    equity = (y["equity"][-1] + y["equity"][-2]) / 2 if min(y["equity"][-2:]) > 0 else math.nan
    assets = (y["total_assets"][-1] + y["total_assets"][-2]) / 2
    total = y["earnings"][-1] / equity if y["sales"][-1] > 0 else math.nan
    five = total if min(y["pretax_earnings"][-1], y["ebit"][-1]) > 0 else math.nan
    return {"dupont_return": total, "dupont_return_five": five, "dupont_leverage": assets / equity,
            "dupont_turnover": y["sales"][-1] / assets}  # fmt: skip


def quality(y: Years) -> Score:
    """Sloan (1996), equation 1; Hribar and Collins (2002)."""

    def rise(line: str) -> float:
        return y[line][-1] - y[line][-2]

    assets = (y["total_assets"][-1] + y["total_assets"][-2]) / 2
    sloan = (
        (rise("current_assets") - rise("cash_held"))
        - (rise("current_liabilities") - rise("short_term_debt") - rise("taxes_payable"))
        - y["amortised"][-1]
    )
    return {
        "quality_sloan_ratio": sloan / assets,
        "quality_accrual_ratio": (y["earnings"][-1] - y["cash_from_operations"][-1]) / assets,
        "quality_wide_ratio": (y["earnings"][-1] - y["cash_from_operations"][-1] - y["cash_from_investing"][-1])
        / assets,
        "quality_conversion": over(y["cash_from_operations"][-1], y["earnings"][-1]),
    }


def net_debt(y: Years) -> Score:
    """Net debt over EBITDA, EBIT over interest."""
    net = y["short_term_debt"][-1] + y["long_term_debt"][-1] - y["cash_held"][-1]
    return {
        "debt_net": net,
        "debt_years": over(net, y["ebit"][-1] + y["amortised"][-1]),
        "debt_cover": over(y["ebit"][-1], y["interest_expense"][-1]),
    }


def graham(y: Years, price: float) -> Score:
    """Graham (1973), chapter 14; `earnings_per_share` and `dividends_per_share` by year, thirteen and twenty of them."""
    eps = y["earnings_per_share"]
    now, before = sum(eps[-3:]) / 3, sum(eps[-13:-10]) / 3
    book = y["book_value_per_share"][-1]
    return {
        "graham_eps": now,
        "graham_eps_before": before,
        "graham_pe": over(price, now),
        "graham_size": y["sales"][-1] >= 100e6,
        "graham_condition": y["current_assets"][-1] >= 2 * y["current_liabilities"][-1]
        and y["long_term_debt"][-1] <= y["current_assets"][-1] - y["current_liabilities"][-1],
        "graham_stability": min(eps[-10:]) > 0,
        "graham_dividends": min(y["dividends_per_share"][-20:]) > 0,
        "graham_growth": before > 0 and now >= before * 4 / 3,
        "graham_price": now > 0 and price <= 15 * now,
        "graham_assets": book > 0 and (price <= 1.5 * book or (now > 0 and price / now * price / book <= 22.5)),
    }


def magic_formula(y: Years, market_value: float) -> Score:
    """Greenblatt (2005), appendix."""
    operating = y["current_assets"][-1] - y["cash_held"][-1] + y["property"][-1]
    free_money = y["current_liabilities"][-1] - y["short_term_debt"][-1]
    owed = y["preferred_stock"][-1] + y["short_term_debt"][-1] + y["long_term_debt"][-1]
    return {
        "magic_return": over(y["ebit"][-1], operating - free_money),
        "magic_yield": over(y["ebit"][-1], market_value + owed - y["cash_held"][-1]),
    }


def returns_on_capital(y: Years) -> Score:
    """Koller, Goedhart and Wessels; CFA Institute: averages of two balance sheets."""

    def put_in(t: int) -> float:
        return y["equity"][t] + y["preferred_stock"][t] + y["long_term_debt"][t] + y["short_term_debt"][t]

    total, net = [put_in(t) for t in (-2, -1)], [put_in(t) - y["cash_held"][t] for t in (-2, -1)]
    rate = over(max(y["income_taxes"][-1], 0.0), y["pretax_earnings"][-1])
    after = y["ebit"][-1] - y["ebit"][-1] * rate
    return {
        "roic": over(2 * after, sum(net)) if min(net) > 0 else math.nan,
        "rotc": over(2 * y["ebit"][-1], sum(total)) if min(total) > 0 else math.nan,
    }


def ohlson(y: Years) -> Score:
    """Ohlson (1980), model 1, written as one sum."""
    assets, owed = y["total_assets"][-1], y["total_liabilities"][-1]
    liquid, due = y["current_assets"][-1], y["current_liabilities"][-1]
    now, before = y["earnings"][-1], y["earnings"][-2]
    chin = over(now - before, abs(now) + abs(before))
    o = (
        6.03 * owed / assets
        - 1.32
        - 0.407 * (math.log(assets) - math.log(y["price_level"][-1]))
        - 1.43 * (liquid - due) / assets
        + 0.0757 * over(due, liquid)
        - (1.72 if owed > assets else 0.0)
        - 2.37 * now / assets
        - 1.83 * over(now + y["amortised"][-1], owed)
        + (0.285 if max(now, before) < 0 else 0.0)
        - 0.521 * chin
    )
    odds = math.exp(-abs(o))  # of the less likely: e to a large power is too large for a float
    return {"o_score": o, "o_probability": (odds if o < 0 else 1.0) / (1 + odds), "o_chin": chin}


def montier(y: Years) -> Score:
    """Montier (2008)."""

    def of_sales(t: int, line: float) -> float:
        return over(line, y["sales"][t])

    def other(t: int) -> float:
        return y["current_assets"][t] - y["cash_held"][t] - y["receivables"][t] - y["inventory"][t]

    def rose(a: float, b: float) -> bool | None:
        return sign(b > a, a, b)

    signs = {
        "c_gap_widens": y["earnings"][-1] - y["cash_from_operations"][-1]
        > y["earnings"][-2] - y["cash_from_operations"][-2],
        "c_receivables_rise": rose(*(of_sales(t, y["receivables"][t]) for t in (-2, -1))),
        "c_inventory_rises": rose(*(over(y["inventory"][t], y["cost_of_sales"][t]) for t in (-2, -1))),
        "c_other_rise": rose(*(of_sales(t, other(t)) for t in (-2, -1))),
        "c_depreciates_less": rose(*(over(y["depreciation_expense"][t], y["gross_property"][t]) for t in (-1, -2))),
        "c_grows_fast": y["total_assets"][-1] / y["total_assets"][-2] - 1.1 > 1e-9,
    }
    return {**signs, "c_score": float(sum(s is True for s in signs.values()))}


def net_net(y: Years, market_value: float) -> Score:
    """Graham (1973), chapter 15."""
    left = y["current_assets"][-1] - (y["total_liabilities"][-1] + y["preferred_stock"][-1])
    quick = y["cash_held"][-1] + y["receivables"][-1] * 3 / 4 + y["inventory"][-1] / 2
    return {
        "ncav": left,
        "ncav_strict": quick - (y["total_liabilities"][-1] + y["preferred_stock"][-1]),
        "ncav_price": over(market_value, left),
        "ncav_share": left / y["shares_outstanding"][-1],
        "ncav_cheap": left > 0 and market_value * 3 <= left * 2,
    }


def dividend_safety(y: Years) -> Score:
    """CFA Institute: payout, coverage, coverage by free cash flow to equity."""
    paid, free = y["dividends_paid"][-1], y["cash_from_operations"][-1] - y["capital_spending"][-1]
    return {
        "div_payout": over(paid, y["earnings"][-1]),
        "div_cover": over(y["earnings"][-1], paid),
        "div_cash_cover": over(free, paid),
        "div_all_cover": over(free + y["net_borrowing"][-1], paid + y["buybacks"][-1]),
    }


def peg(y: Years, price: float) -> Score:
    """Lynch (1989), chapter 13, with growth over five years; percents as numbers."""
    eps = y["earnings_per_share"]
    multiple = over(price, eps[-1])
    growth = ((eps[-1] / eps[-6]) ** 0.2 - 1) * 100 if eps[-6] > 0 and eps[-1] >= 0 else math.nan
    paid = y["dividends_per_share"][-1] / price * 100
    return {"peg_pe": multiple, "peg_ratio": over(multiple, growth), "peg_lynch": over(growth + paid, multiple)}


def fair_value(y: Years, market_value: float, price: float) -> Score:
    """Damodaran (2012), chapters 13 and 15, with the module's own growth and rates; the sums in closed form."""
    growth, ever, rate, payout = 0.05, 0.025, 0.09, 0.6
    free = y["cash_from_operations"][-1] + y["interest_expense"][-1] * 0.75 - y["capital_spending"][-1]
    debt = y["short_term_debt"][-1] + y["long_term_debt"][-1] + y["preferred_stock"][-1] - y["cash_held"][-1]
    ratio = (1 + growth) / (1 + rate)
    years = ratio * (1 - ratio**5) / (1 - ratio)
    later = ratio**5 * (1 + ever) / (rate - ever)
    dividends, eps = y["dividends_per_share"][-1], y["earnings_per_share"][-1]
    firm = free * (years + later)
    worth = (firm - debt) / y["shares_outstanding"][-1]
    return {
        "val_free_cash": free,
        "val_net_debt": debt,
        "val_firm": firm,
        "val_dcf": worth if free > 0 else math.nan,
        "val_ddm": dividends * years + eps * payout * later if eps > 0 else math.nan,
        "val_pe": over(price, eps),
        "val_dividend_yield": y["dividends_paid"][-1] / market_value,
        "val_payout_yield": (y["dividends_paid"][-1] + y["buybacks"][-1]) / market_value,
        "val_above": worth < price if free > 0 else None,
    }


def bank(y: Years) -> Score:
    """The figures of a bank, and which of five letters pass."""
    buffer = y["equity"][-1] - y["intangibles"][-1] + y["loan_allowance"][-1]
    income = y["net_interest_income"][-1] + y["other_income"][-1]
    efficiency = over(y["operating_costs"][-1], income)
    cet1 = y["cet1_capital"][-1] / y["risk_weighted_assets"][-1]
    roa = 2 * y["earnings"][-1] / (y["total_assets"][-1] + y["total_assets"][-2])
    passed = [cet1 >= 0.065, y["problem_assets"][-1] <= 0.03 * y["loans"][-1], efficiency <= 0.6, roa >= 0.01,
              y["loans"][-1] <= y["deposits"][-1]]  # fmt: skip
    return {
        "bank_capital": cet1,
        "bank_texas": over(y["problem_assets"][-1], buffer),
        "bank_efficiency": efficiency,
        "bank_return": roa,
        "bank_margin": 2 * y["net_interest_income"][-1] / (y["earning_assets"][-1] + y["earning_assets"][-2]),
        "bank_cover": over(y["loan_allowance"][-1], y["problem_assets"][-1]),
        "bank_score": float(sum(passed)),
    }


def miner(y: Years, price: float) -> Score:
    """World Gold Council (2013): all-in sustaining cost, over what was sold."""
    kept = y["mine_overheads"][-1] + y["sustaining_costs"][-1] + y["sustaining_capital"][-1]
    cash = over(y["mine_costs"][-1] - y["byproduct_sales"][-1], y["units_sold"][-1])
    aisc = cash + over(kept, y["units_sold"][-1])
    return {
        "miner_cash_cost": cash,
        "miner_aisc": aisc,
        "miner_aic": aisc + over(y["growth_capital"][-1], y["units_sold"][-1]),
        "miner_margin": 1 - aisc / price,
        "miner_surplus": (price - aisc) * y["units_sold"][-1],
        "miner_life": over(y["reserves"][-1], y["units_produced"][-1]),
    }


def runway(y: Years) -> Score:
    """Months of cash, at the higher of the quarter's rate and the year's."""
    free = [a - b for a, b in zip(y["operating_cash"], y["capex"], strict=True)]
    burnt = max(-4 * free[-1], -sum(free[-4:]))
    return {"runway_months": 12 * over(y["liquid_funds"][-1] - y["debt_due"][-1], burnt)}


def saas(y: Years) -> Score:
    """Retention, magic number, burn multiple, the rule of 40 with pay in shares; the last eight quarters."""

    def year(line: str, back: int = 0) -> float:
        return sum(y[line][4 - back : 8 - back])

    free, new = year("operating_cash") - year("capex"), y["arr"][-1] - y["arr"][-5]
    lost = year("arr_churn") + year("arr_contraction")
    growth = over(year("revenue"), year("revenue", 4)) - 1
    return {
        "saas_kept": 1 - over(lost, y["arr"][-5]),
        "saas_retention": over(y["arr"][-5] + year("arr_expansion") - lost, y["arr"][-5]),
        "saas_magic": over((y["revenue"][-1] - y["revenue"][-2]) * 4, y["sales_and_marketing"][-2]),
        "saas_burn_multiple": over(-free, new),
        "saas_forty": growth + over(free - year("stock_pay"), year("revenue")),
    }


def trailing(y: Years) -> Years:
    """Fiscal years as the trailing years to the last quarter and to the one a year before it would be."""
    flows = {"sales": "revenue", "cost_of_sales": "quarter_cost_of_sales", "overheads": "quarter_overheads",
             "depreciation_expense": "quarter_depreciation", "earnings": "quarter_earnings",
             "cash_from_operations": "operating_cash"}  # fmt: skip
    stocks = ("total_assets", "current_assets", "receivables", "property", "current_liabilities", "long_term_debt")
    years = {name: [sum(y[line][:4]), sum(y[line][4:])] for name, line in flows.items()}
    return years | {name: [y[f"quarter_{name}"][3], y[f"quarter_{name}"][7]] for name in stocks}


def beneish_ttm(y: Years) -> Score:
    """Beneish (1999) on trailing years: the score of two years, made of eight quarters."""
    found = beneish(trailing(y))
    names = ("m_dsri", "m_gmi", "m_aqi", "m_sgi", "m_depi", "m_sgai", "m_lvgi", "m_tata", "m_score", "m_flagged")
    return {name.replace("m_", "mt_", 1): found[name] for name in names}


def everything(module: str, y: Years, market_value: float, price: float, metal_price: float) -> Score:
    """What a module must give."""
    of: dict[str, Callable[[], Score]] = {
        "piotroski_f_score": lambda: piotroski(y),
        "altman_z": lambda: altman(y, market_value),
        "beneish_m_score": lambda: beneish(y),
        "rule_of_40": lambda: rule_of_40(y),
        "dupont": lambda: dupont(y),
        "quality_of_earnings": lambda: quality(y),
        "net_debt_and_cover": lambda: net_debt(y),
        "graham_defensive": lambda: graham(y, price),
        "beneish_ttm": lambda: beneish_ttm(y),
        "miner": lambda: miner(y, metal_price),
        "cash_runway": lambda: runway(y),
        "saas": lambda: saas(y),
        "ohlson_o": lambda: ohlson(y),
        "montier_c": lambda: montier(y),
        "net_net": lambda: net_net(y, market_value),
        "dividend_safety": lambda: dividend_safety(y),
        "peg": lambda: peg(y, price),
        "fair_value": lambda: fair_value(y, market_value, price),
        "bank_scorecard": lambda: bank(y),
        "magic_formula": lambda: magic_formula(y, market_value),
        "returns_on_capital": lambda: returns_on_capital(y),
    }
    return of[module]()
