"""`thesis portable`: what stands between rules and a company, each kind of it by a small case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ran, call

RULES = """\
rules mod "A module"
input sales "Sales" : money per quarter
input margin "Margin" : percent optional
input price "Price" : money in USD optional stale after 30 days
param bar "Sales that count" = 1bn CNY
  source "An assumption of this module"
param thin "Thin" = 5%
  source "Smith (1999)"
param unasked "Asked for by none" = 3%
metric growth "Growth" = yoy(sales)
pillar demand "Is there demand?"
bull large "Large" on demand when sales > bar
bull grows "Grows" on demand when growth > 0%
bear dear "Dear" on demand when price > 100 USD
bear slim "Slim" on demand when margin < thin
verdict call "The call"
  when large and not slim then "Buy" bullish
  otherwise "Wait" neutral
"""
HEAD = "name: Acme\nticker: ACME\ncurrency: {currency}\nfiscal_year_ends: 12-31\nfacts:\n"
QUARTERS = "".join(
    f"    - {{period: {end}, value: {value}bn, published: 2026-02-10, kind: reported, source: S{note}}}\n"
    for end, value, note in [
        ("2024-12-31", 1.5, ""),
        ("2025-03-31", 1.6, ""),
        ("2025-06-30", 1.7, ""),
        ("2025-09-30", 1.8, ""),
        ("2025-12-31", 2, ', note: "not audited"'),
    ]
)
MARGIN = "  margin:\n    - {date: 2026-01-31, value: 8%, published: 2026-02-10, kind: reported, source: S}\n"
DAY = ("--as-of", "2026-02-20")


def held(facts: str, *args: str, rules: str = RULES, currency: str = "CNY", day: tuple[str, ...] = DAY) -> Ran:
    Path("mod.thesis").write_text(rules, encoding="utf-8")
    Path("ACME.yaml").write_text(HEAD.format(currency=currency) + facts, encoding="utf-8")
    return call("portable", "mod.thesis", "--for", "ACME", "--facts", "ACME.yaml", *day, *args)


def as_json(*args: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    ran = held(*args, "--format", "json", **more)
    return ran.status, json.loads(ran.out)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def needs(found: dict[str, Any]) -> dict[str, tuple[str, str, bool]]:
    return {need["name"]: (need["missing"], need["detail"], need["in_the_way"]) for need in found["inputs"]}


SETTLED = RULES.replace("An assumption of this module", "Acme's own plan").replace("= 5%\n  source", "= 5% source")


def test_nothing_in_the_way() -> None:
    ran = held("  sales:\n" + QUARTERS + MARGIN, rules=SETTLED)
    assert ran.status == 0, ran.out
    assert ran.out.endswith("nothing stands in the way\n")
    assert "Inputs: 2 of 3 can be read in full" in ran.out
    assert "price  money in USD  optional  no fact of it" in ran.out
    assert "sales: not audited" in ran.out


def test_what_lacks_and_is_optional_is_said_and_stands_in_no_way_by_itself() -> None:
    status, found = as_json("  sales:\n" + QUARTERS + MARGIN, rules=SETTLED)
    assert (status, found["portable"]) == (0, True)
    assert needs(found)["price"] == ("never", "", False)


@pytest.mark.parametrize(
    ("facts", "lack", "detail"),
    [
        ("", "never", ""),
        (
            "  sales:\n    - {period: 2025-12-31, value: 2bn, published: 2026-03-01, kind: reported, source: S}\n",
            "later",
            "known from 2026-03-01 on",
        ),
        (
            "  sales:\n    - {period: FY2025, value: 7bn, published: 2026-02-01, kind: reported, source: S}\n"
            "    - {period: H1 FY2025, value: 3bn, published: 2025-08-01, kind: reported, source: S}\n",
            "other periods",
            "known for FY2025, H1 FY2025",
        ),
        (
            "  sales:\n    - {period: FY2026, value: 9bn, published: 2026-02-01, kind: guidance, source: S}\n",
            "other periods",
            "known for FY2026 (guidance)",
        ),
        (
            "  sales:\n    - {period: 2025-12-31, value: 2bn, published: 2026-02-01, kind: reported, source: S}\n",
            "history",
            "missing: quarter to 2024-12-31",
        ),
        (
            "  sales:\n    - {period: 2025-12-31, value: unknown, published: 2026-02-01, kind: reported, source: Call}\n",
            "said to be unknown",
            "Call",
        ),
        (
            "  sales:\n    - {period: 2025-12-31, value: 2bn HKD, published: 2026-02-01, kind: reported, source: S}\n",
            "no exchange rate",
            "its facts are in HKD",
        ),
    ],
)
def test_each_way_in_which_an_input_is_missing(facts: str, lack: str, detail: str) -> None:
    status, found = as_json(facts + MARGIN)
    assert status == 1
    assert needs(found)["sales"] == (lack, detail, True)
    assert not found["portable"]


def test_an_older_figure_is_named() -> None:
    rules = RULES.replace("input margin", "input other \"Other\" : money per quarter optional\ninput margin").replace(
        "when large and", "when large and other > 0 and"
    )  # fmt: skip
    other = "  other:\n    - {period: 2025-12-31, value: 1bn, published: 2026-02-01, kind: reported, source: S}\n"
    sales = "  sales:\n    - {period: 2025-09-30, value: 1bn, published: 2025-11-01, kind: reported, source: S}\n"
    _, found = as_json(sales + other, rules=rules)
    assert needs(found)["sales"] == ("older", "the newest is of the quarter to 2025-09-30", True)


def test_a_stale_figure_is_told_by_its_age() -> None:
    price = "  price:\n    - {date: 2025-12-01, value: 90 USD, published: 2025-12-01, kind: reported, source: S}\n"
    _, found = as_json("  sales:\n" + QUARTERS + price)
    assert needs(found)["price"] == ("stale", "81 days old, and it counts for 30", False)


def test_a_half_yearly_filer_is_told_as_such() -> None:
    halves = (
        "  sales:\n    - {period: H1 FY2025, value: 3bn, published: 2025-08-01, kind: reported, source: S}\n"
        "    - {period: H2 FY2025, value: 4bn, published: 2026-02-01, kind: reported, source: S}\n"
    )
    ran = held(halves + MARGIN)
    assert "the rules ask for quarters, and only halves" in ran.out
    _, found = as_json(halves + MARGIN)
    (need,) = found["frequencies"]
    assert (need["asked"], need["given"][0], need["inputs"], need["in_the_way"]) == (
        "quarters",
        "halves",
        ["sales"],
        True,
    )


PRICE = "  price:\n    - {date: 2026-02-10, value: 90 USD, published: 2026-02-10, kind: reported, source: S}\n"
RATE = "exchange_rates:\n  - {of: CNY, to: USD, date: 2026-02-01, value: 0.125, published: 2026-02-01, source: S}\n"


SECTOR = SETTLED.replace("input price", 'input sector "Sector" : choice of (bank, other)\ninput price')
APPLIES = 'verdict call "The call"\n  applies when first_known({}, true)\n'


@pytest.mark.parametrize(
    ("rules", "in_the_way"),
    [
        (APPLIES.format("sector is other"), False),
        ('metric ok "Not a bank" = sector is other\n' + APPLIES.format("ok"), False),
        ('metric ok "Not a bank" = sector is other\nkill gone "Gone" when ok\n' + APPLIES.format("ok"), True),
        ('kill bank "A bank" when sector is bank\n' + APPLIES.format("sector is other"), True),
        (APPLIES.replace("true", "margin > 1%").format("sector is other"), True),
        ('verdict call "The call"\n  applies when sector is other\n', True),
    ],
)
def test_an_input_for_which_the_rules_say_what_counts_stands_in_no_way(rules: str, in_the_way: bool) -> None:
    """Only where each way from it to a judgement goes through the `first_known` that has a fallback."""
    text = SECTOR.replace('verdict call "The call"\n', rules)
    status, found = as_json("  sales:\n" + QUARTERS + MARGIN, rules=text)
    assert needs(found)["sector"] == ("never", "", in_the_way)
    assert (found["portable"], status) == (not in_the_way, int(in_the_way))
    said = held("  sales:\n" + QUARTERS + MARGIN, rules=text).out
    assert ("by default" in said) is not in_the_way


def test_a_currency_on_both_sides_needs_no_rate() -> None:
    facts = "  sales:\n" + QUARTERS + MARGIN + PRICE
    status, found = as_json(facts, rules=SETTLED)
    (need,) = found["currencies"]
    assert need["where"] == ["input `price`", "rule `dear`", "facts of `price`"]
    assert (need["currency"], need["rate"], need["in_the_way"], status) == ("USD", None, False, 0)


def test_two_currencies_that_meet_need_a_rate() -> None:
    rules = SETTLED.replace("price > 100 USD", "price * 1000000 > sales")
    facts = "  sales:\n" + QUARTERS + MARGIN + PRICE
    status, found = as_json(facts, rules=rules)
    (need,) = found["currencies"]
    assert (need["currency"], need["rate"], need["in_the_way"], status) == ("USD", None, True, 1)
    status, found = as_json(facts + RATE, rules=rules)
    (need,) = found["currencies"]
    assert (need["rate"], need["date"], need["in_the_way"], status) == (8.0, "2026-02-01", False, 0)
    assert "1 USD was 8 CNY on 2026-02-01" in held(facts + RATE, rules=rules).out


def test_a_threshold_of_the_rules_in_the_other_companys_money() -> None:
    status, found = as_json("  sales:\n" + QUARTERS + MARGIN, rules=SETTLED, currency="EUR")
    assert [(n["currency"], n["where"], n["in_the_way"]) for n in found["currencies"]] == [
        ("CNY", ["threshold `bar`"], True),
        ("USD", ["input `price`", "rule `dear`"], False),
    ]
    assert status == 1


def test_thresholds_of_the_module_alone_and_how_a_thesis_settles_them() -> None:
    facts = "  sales:\n" + QUARTERS + MARGIN
    status, found = as_json(facts)
    assert [(n["name"], n["says"], n["asked_by"]) for n in found["thresholds"]] == [
        ("bar", "An assumption of this module", ["Large"])
    ]
    assert status == 1
    thesis = 'thesis own "Own" for ACME uses mod with bar = 2bn CNY\n'
    Path("own.thesis").write_text(thesis, encoding="utf-8")
    ran = call("portable", "own.thesis", "--facts", "ACME.yaml", *DAY)
    assert (ran.status, "Thresholds" in ran.out) == (0, False), ran.out
    ran = held(facts, "--set", "bar=1bn CNY")
    assert ran.status == 0


def test_a_thesis_on_another_company_is_said_to_be_one() -> None:
    held("  sales:\n" + QUARTERS + MARGIN)
    Path("other.thesis").write_text('thesis other "O" for OTHER uses mod with bar = 2bn CNY\n', encoding="utf-8")
    ran = call("portable", "other.thesis", "--for", "ACME", "--facts", "ACME.yaml", *DAY)
    assert ran.status == 1
    assert "These rules are for OTHER" in ran.out
    assert "with param bar" in ran.out
    assert "another company's rules" in ran.out
    assert "bar  2bn CNY  no source" in ran.out, "what another company settled is settled for that one alone"


EVENTS = """\
input launch "Launch" : date optional
kill shrinks "Sales shrink" by 2027-06-30 when growth < -10%
kill collapses "Sales collapse" when growth < -bar_of_growth
kill turns "Sales turn" when growth < 0%
kill late "Nothing by then" when launch > 2028-01-31 and growth < 0%
catalyst results "Results" on 2026-08-20 expects sales > 3bn CNY
"""
PARAM = 'param bar_of_growth "Bar" = 20%\n  source "Smith (1999)"\n'
SAID = [
    ("shrinks", ["by 2027-06-30", "growth < -10%"]),
    ("late", ["2028-01-31"]),
    ("results", ["on 2026-08-20", "sales > 3bn CNY"]),
]


def test_events_that_carry_days_and_figures_of_one_company() -> None:
    facts = "  sales:\n" + QUARTERS + MARGIN
    status, found = as_json(facts, rules=SETTLED + PARAM + EVENTS)
    assert [(n["name"], n["says"], n["in_the_way"]) for n in found["events"]] == [(*said, True) for said in SAID]
    assert status == 1
    dated = SETTLED.replace('"A module"', '"A module" since 2026-01-01')
    _, found = as_json(facts, rules=dated + PARAM + EVENTS)
    assert ("turns", ["since 2026-01-01"]) in [(n["name"], n["says"]) for n in found["events"]]
    ran = held(facts, rules=SETTLED + PARAM + EVENTS)
    assert "Events with the days and figures of the module" in ran.out
    assert ran.out.endswith("in the way: 3 events\n")


def test_a_thesis_settles_events_by_saying_them_anew_or_by_its_own() -> None:
    held("  sales:\n" + QUARTERS + MARGIN, rules=SETTLED + PARAM + EVENTS)
    anew = "override kill shrinks by 2027-09-30\ndrop kill late\n"
    own = 'kill own "Own" by 2027-01-31 when growth < -5%\n'
    for said, left in ((anew, 1), (anew + own, 1), (anew + "override catalyst results on 2026-09-20\n", 0)):
        Path("own.thesis").write_text(f'thesis own "Own" for ACME since 2026-01-01 uses mod\n{said}', encoding="utf-8")
        ran = call("portable", "own.thesis", "--facts", "ACME.yaml", *DAY)
        assert ("1 event" in ran.out) == bool(left), ran.out
        assert ran.status == min(left, 1)


def test_an_open_table_names_the_figure_that_would_tell() -> None:
    ran = held("  sales:\n" + QUARTERS)
    assert "  The call: Buy or Wait\n    Margin: 1 of 2 outcomes would be left on average\n" in ran.out
    assert "1 verdict" in ran.out


def test_a_missing_company_is_wrong_use_and_not_a_finding() -> None:
    held("")
    assert call("portable", "mod.thesis", "--for", "NONE", *DAY).status == 2


def test_what_means_nothing_of_a_company_is_said_with_its_reason(here: Path) -> None:
    rules = (
        'rules own "Own"\ninput profit "Profit" : money per year\ninput worth "Worth" : money\n'
        'metric pe "P/E" : multiple = worth / profit meaningful when profit > 0\nmetric unasked = pe * 2\npillar p "?"\n'
        'bull cheap "Cheap" on p when pe < 15x\n'
    )
    Path("own.thesis").write_text(rules, encoding="utf-8")
    facts = HEAD.format(currency="CNY") + (
        "  profit:\n    - {period: FY2025, value: -2bn, published: 2026-02-10, kind: reported, source: S}\n"
        "  worth:\n    - {date: 2026-02-10, value: 20bn, published: 2026-02-10, kind: reported, source: S}\n"
    )
    Path("loss.yaml").write_text(facts, encoding="utf-8")
    asked = ("portable", "own.thesis", "--for", "ACME", "--facts", "loss.yaml", "--as-of", "2026-05-14")
    (need,) = json.loads(call(*asked, "--format", "json").out)["means_nothing"]
    assert need == {
        "name": "pe",
        "title": "P/E",
        "why": ["it means something only where profit > 0"],
        "asked_by": ["Cheap"],
    }
    assert "pe  it means something only where profit > 0  Cheap" in call(*asked).out
    Path("loss.yaml").write_text(facts.replace("-2bn", "2bn"), encoding="utf-8")
    assert json.loads(call(*asked, "--format", "json").out)["means_nothing"] == []
    assert "means nothing" not in call(*asked).out
