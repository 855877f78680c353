"""The scores reckoned once more, in plain Python from the papers' definitions, to hold the modules against.

In: three years of each line, the last one now. Out: the figures and signs that a module must give. Written from the
papers and not from the modules: no name of theirs but those of the results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

Years = Mapping[str, Sequence[float]]


def piotroski(y: Years) -> dict[str, float | bool]:
    """Piotroski (2000), table of definitions."""

    def roa(t: int) -> float:
        return y["earnings"][t] / y["total_assets"][t - 1]

    def lever(t: int) -> float:
        return y["long_term_debt"][t] / ((y["total_assets"][t] + y["total_assets"][t - 1]) / 2)

    def liquid(t: int) -> float:
        return y["current_assets"][t] / y["current_liabilities"][t]

    def margin(t: int) -> float:
        return 1 - y["cost_of_sales"][t] / y["sales"][t]

    def turn(t: int) -> float:
        return y["sales"][t] / y["total_assets"][t - 1]

    cfo = y["cash_from_operations"][-1] / y["total_assets"][-2]
    signs = {
        "f_profit": roa(-1) > 0,
        "f_cash": cfo > 0,
        "f_roa_up": roa(-1) > roa(-2),
        "f_cash_backed": cfo > roa(-1),
        "f_leverage_down": lever(-1) < lever(-2),
        "f_liquidity_up": liquid(-1) > liquid(-2),
        "f_no_issue": y["shares_outstanding"][-1] <= y["shares_outstanding"][-2],
        "f_margin_up": margin(-1) > margin(-2),
        "f_turnover_up": turn(-1) > turn(-2),
    }
    return {**signs, "f_score": float(sum(signs.values())), "f_roa": roa(-1), "f_roa_before": roa(-2), "f_cfo": cfo,
            "f_leverage": lever(-1), "f_leverage_before": lever(-2), "f_liquidity_before": liquid(-2),
            "f_margin_before": margin(-2), "f_turnover": turn(-1), "f_turnover_before": turn(-2),
            "f_shares_before": y["shares_outstanding"][-2]}  # fmt: skip


def altman(y: Years, market_value: float) -> dict[str, float | bool]:
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


def beneish(y: Years) -> dict[str, float | bool]:
    """Beneish (1999), with TATA of Beneish, Lee and Nichols (2013)."""

    def index(of: Callable[[int], float]) -> float:
        return of(-1) / of(-2)

    dsri = index(lambda t: y["receivables"][t] / y["sales"][t])
    gmi = 1 / index(lambda t: (y["sales"][t] - y["cost_of_sales"][t]) / y["sales"][t])
    aqi = index(lambda t: 1 - (y["current_assets"][t] + y["property"][t]) / y["total_assets"][t])
    sgi = index(lambda t: y["sales"][t])
    depi = 1 / index(lambda t: y["depreciation_expense"][t] / (y["property"][t] + y["depreciation_expense"][t]))
    sgai = index(lambda t: y["overheads"][t] / y["sales"][t])
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
            "m_tata": tata, "m_score": eight, "m_score_five": five, "m_flagged": eight > -1.78}  # fmt: skip


def rule_of_40(y: Years) -> dict[str, float | bool]:
    """Feld (2015), with EBITDA and with free cash flow."""
    growth, now = y["sales"][-1] / y["sales"][-2] - 1, y["sales"][-1]
    return {
        "r40_score": growth + (y["ebit"][-1] + y["amortised"][-1]) / now,
        "r40_cash_score": growth + (y["cash_from_operations"][-1] - y["capital_spending"][-1]) / now,
    }


def dupont(y: Years) -> dict[str, float | bool]:
    """Return on average equity, directly: both ways through the factors must come to it."""
    equity = (y["equity"][-1] + y["equity"][-2]) / 2
    assets = (y["total_assets"][-1] + y["total_assets"][-2]) / 2
    total = y["earnings"][-1] / equity
    return {"dupont_return": total, "dupont_return_five": total, "dupont_leverage": assets / equity,
            "dupont_turnover": y["sales"][-1] / assets}  # fmt: skip


def quality(y: Years) -> dict[str, float | bool]:
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
        "quality_conversion": y["cash_from_operations"][-1] / y["earnings"][-1],
    }


def net_debt(y: Years) -> dict[str, float | bool]:
    """Net debt over EBITDA, EBIT over interest."""
    net = y["short_term_debt"][-1] + y["long_term_debt"][-1] - y["cash_held"][-1]
    return {
        "debt_net": net,
        "debt_years": net / (y["ebit"][-1] + y["amortised"][-1]),
        "debt_cover": y["ebit"][-1] / y["interest_expense"][-1],
    }


def graham(y: Years, price: float) -> dict[str, float | bool]:
    """Graham (1973), chapter 14; `earnings_per_share` and `dividends_per_share` by year, thirteen and twenty of them."""
    eps = y["earnings_per_share"]
    now, before = sum(eps[-3:]) / 3, sum(eps[-13:-10]) / 3
    book = y["book_value_per_share"][-1]
    return {
        "graham_eps": now,
        "graham_eps_before": before,
        "graham_pe": price / now,
        "graham_size": y["sales"][-1] >= 100e6,
        "graham_condition": y["current_assets"][-1] >= 2 * y["current_liabilities"][-1]
        and y["long_term_debt"][-1] <= y["current_assets"][-1] - y["current_liabilities"][-1],
        "graham_stability": min(eps[-10:]) > 0,
        "graham_dividends": min(y["dividends_per_share"][-20:]) > 0,
        "graham_growth": now >= before * 4 / 3,
        "graham_price": price <= 15 * now,
        "graham_assets": price <= 1.5 * book or price / now * price / book <= 22.5,
    }


def everything(module: str, y: Years, market_value: float, price: float) -> dict[str, float | bool]:
    """What a module must give."""
    of: dict[str, Callable[[], dict[str, float | bool]]] = {
        "piotroski_f_score": lambda: piotroski(y),
        "altman_z": lambda: altman(y, market_value),
        "beneish_m_score": lambda: beneish(y),
        "rule_of_40": lambda: rule_of_40(y),
        "dupont": lambda: dupont(y),
        "quality_of_earnings": lambda: quality(y),
        "net_debt_and_cover": lambda: net_debt(y),
        "graham_defensive": lambda: graham(y, price),
    }
    return of[module]()
