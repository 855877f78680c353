"""`thesis simulate` and `thesis sensitivity` as somebody types them, with what a stranger would try."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evaluator.session import service
from tests.support.command_line import DAY, call

RULES = """\
rules spread "Spread" show cover
input debt   "Debt"   : money per quarter balance
input ebitda "EBITDA" : money per quarter
input growth "Growth" : percent between 0% and 100%
input stage  "Stage"  : choice of (early, grown)
param hurdle "Hurdle" = 12%
metric cover "Debt, of EBITDA" : multiple = debt / ebitda meaningful when ebitda > 0
metric tilt  "Tilt" = growth / 2
pillar p "P"
bull low  "Debt is low"  on p when cover < 3x
bear slow "Growth is slow" on p when growth < hurdle
kill late "It never grows up" when stage is early and growth < 5%
verdict call "Call"
  when late has happened then "Out"
  when low and not slow then "Good"
  when slow then "Slow"
  otherwise "Odd"
"""
SPREADS = """
uncertain debt   ~ from changes
uncertain ebitda ~ normal(1bn USD, 1bn USD)
uncertain growth ~ normal(10%, 6pp)
uncertain hurdle ~ discrete(10%, 1, 12%, 2)
uncertain tilt   ~ 1% to 9%
uncertain stage  ~ discrete(early, 1, grown, 3)
"""


def _line(value: str, day: str, key: str = "period") -> str:
    return f'    - {{{key}: {day}, value: {value}, published: 2026-04-30, kind: reported, source: "S"}}\n'


FACTS = (
    "name: A\nticker: AAA\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n  debt:\n"
    + "".join(_line(f"{value}bn USD", day) for value, day in (("3", "2025-06-30"), ("4", "2025-09-30"), ("5", "2025-12-31"),
                                                             ("4.5", "2026-03-31")))
    + "  ebitda:\n" + _line("1bn USD", "2026-03-31")
    + "  growth:\n" + _line("10%", "2026-03-31", "date") + "  stage:\n" + _line("grown", "2026-03-31", "date")
)  # fmt: skip


@pytest.fixture
def about(tmp_path: Path) -> tuple[str, ...]:
    """Rules and facts in files, and the options that name them."""
    (tmp_path / "spread.thesis").write_text(RULES + SPREADS, "utf-8")
    (tmp_path / "AAA.yaml").write_text(FACTS, "utf-8")
    return str(tmp_path / "spread.thesis"), "--facts", str(tmp_path / "AAA.yaml"), *DAY


def test_the_page_says_what_is_drawn_and_what_comes_of_it(about: tuple[str, ...]) -> None:
    ran = call("simulate", *about, "--draws", "4096")
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[1] == "4,096 draws in 16 scrambled Sobol sequences, seed 1"
    assert "  Debt: from changes; 3 figures; 9 of 10 draws from 4.05bn USD to 6bn USD; 4.5bn USD today" in lines
    assert any(line.startswith("Call: ") for line in lines)
    assert any("driven by" in line for line in lines)
    nothing = re.search(r"means nothing in ([\d.]+)% ± ([\d.]+)pp of the draws", ran.out)
    assert nothing is not None
    part, error = (float(x) for x in nothing.groups())
    assert abs(part - 15.866) < 4 * error + 0.01 < 0.5  # EBITDA is at or below 0 in Φ(−1) of them
    assert "4.8% of the distribution of Growth lies beyond the bounds of the input" in ran.out


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(about: tuple[str, ...]) -> None:
    first, again, other = (call("simulate", *about, "--draws", "512", "--seed", s).out for s in ("3", "3", "4"))
    assert first == again != other


def test_shares_add_up_to_all_draws(about: tuple[str, ...]) -> None:
    found = json.loads(call("simulate", *about, "--draws", "1000", "--method", "random", "--format", "json").out)
    for judgement in found["judgements"]:
        assert sum(each["share"]["share"] for each in judgement["outcomes"]) == pytest.approx(1)
    for state in (*found["conditions"], *found["pillars"]):
        assert sum(each["share"] for each in state["shares"].values()) == pytest.approx(1)


@pytest.mark.parametrize("draws", ["1", "2", "31", "300"])
def test_a_few_draws_are_enough_for_an_answer(about: tuple[str, ...], draws: str) -> None:
    ran = call("simulate", *about, "--draws", draws)
    assert (ran.status, ran.err) == (0, "")
    assert ("So few draws do not say how sure they are" in ran.out) == (int(draws) < 256)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--draws", "0"), "0 is not in the range"),
        (("--draws", "many"), "not a valid integer"),
        (("--seed", "-1"), "-1 is not in the range"),
        (("--method", "halton"), "sobol"),
        (("--of", "nothing"), "`nothing` is no figure of these rules"),
        (("--of", "call"), "`call` is no figure of these rules"),
    ],
)
def test_what_cannot_be_asked_is_wrong_use(about: tuple[str, ...], options: tuple[str, ...], words: str) -> None:
    ran = call("simulate", *about, *options)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_rules_without_anything_uncertain_say_how_one_writes_it(about: tuple[str, ...]) -> None:
    Path(about[0]).write_text(RULES, "utf-8")
    ran = call("simulate", *about)
    assert (ran.status, ran.out) == (2, "")
    assert "there is nothing to draw" in ran.err
    assert "uncertain debt ~ 2bn USD to 5bn USD" in ran.err


def test_what_is_set_by_hand_is_not_drawn(about: tuple[str, ...]) -> None:
    ran = call("simulate", *about, "--draws", "256", "--set", "growth=20%", "--set", "stage=early")
    assert "Set by hand, and so not drawn: growth, stage" in ran.out
    assert "What-if: " in ran.out


def test_a_billion_draws_are_told_how_long_they_take_before_they_begin(
    about: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evaluator.outlook.simulated.counted", stop)
    ran = call("simulate", *about, "--draws", str(10**9))
    assert ran.status == 130
    assert "1,000,000,000 draws will take about " in ran.err


def test_without_scipy_it_says_how_to_install_it(about: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "find_spec", lambda name: None if name == "scipy" else find_spec(name))
    ran = call("simulate", *about)
    assert (ran.status, ran.out) == (2, "")
    assert 'pip install "thesis-evaluator[simulate]"' in ran.err


# --- one figure at a time ------------------------------------------------------------------------------------------


def test_bars_are_sorted_by_how_far_they_swing_and_say_where_a_verdict_turns(about: tuple[str, ...]) -> None:
    found = json.loads(call("sensitivity", *about, "--format", "json").out)
    cover = next(t for t in found["tornados"] if t["name"] == "cover")
    swings = [bar["swing"] for bar in cover["bars"] if bar["swing"] is not None]
    assert swings == sorted(swings, reverse=True)
    debt = next(bar for bar in cover["bars"] if bar["name"] == "debt")
    assert (debt["at_low"]["low"], debt["at_high"]["low"]) == pytest.approx((4.05, 6.0))
    score = next(t for t in found["tornados"] if t["name"] == "score")
    growth = next(bar for bar in score["bars"] if bar["name"] == "growth")
    turns = [s for s in growth["switches"] if s["judgement"] == "call"]
    assert any(s["inside"] and s["at"]["low"] == pytest.approx(0.12) for s in turns)


def test_a_figure_that_is_not_spread_moves_by_a_part_of_today_within_its_bounds(about: tuple[str, ...]) -> None:
    Path(about[0]).write_text(RULES, "utf-8")
    found = json.loads(call("sensitivity", *about, "--of", "tilt", "--by", "1000%", "--format", "json").out)
    (bar,) = found["tornados"][0]["bars"]
    assert (bar["name"], bar["basis"]) == ("growth", "by")
    assert (bar["low"]["low"], bar["high"]["low"]) == pytest.approx((0.0, 1.0))  # not −90% and 110%
    assert (bar["at_low"]["low"], bar["at_high"]["low"]) == pytest.approx((0.0, 0.5))


def test_the_drawing_is_an_svg_of_all_bars(about: tuple[str, ...], tmp_path: Path) -> None:
    ran = call("sensitivity", *about, "--format", "svg", "-o", str(tmp_path / "tornado.svg"))
    assert ran.status == 0
    root = ElementTree.parse(tmp_path / "tornado.svg").getroot()
    assert root.tag.endswith("svg")
    assert len(root.findall(".//{http://www.w3.org/2000/svg}rect")) >= 3


@pytest.mark.parametrize("by", ["0%", "10", "ten", "-5%"])
def test_a_part_is_a_percent_above_0(about: tuple[str, ...], by: str) -> None:
    ran = call("sensitivity", *about, "--by", by)
    assert (ran.status, ran.out) == (2, "")
    assert "write it like 10%" in ran.err


FOREIGN = """thesis abroad "Abroad" for AAA
input revenue "Revenue" : money per quarter
metric twice "Twice" = revenue * 2
uncertain revenue ~ uniform(1bn USD, 2bn USD)
pillar p "?"
bull up on p when twice > 3bn USD
verdict call "Call"
  when up then "Yes" bullish
  otherwise "No" bearish
"""
IN_DOLLARS = """name: A
ticker: AAA
currency: CNY
fiscal_year_ends: 12-31
facts:
  revenue:
    - {period: 2026-03-31, value: 1.5bn USD, published: 2026-04-30, kind: reported, source: "S"}
exchange_rates:
  - {of: USD, to: CNY, date: 2026-04-30, value: 7.0, published: 2026-04-30, source: "S"}
"""


def test_what_is_in_a_foreign_currency_today_is_said_in_it(tmp_path: Path) -> None:
    """A company that reports in yuan, with a fact in dollars and a rate: no dollars are called yuan."""
    (tmp_path / "abroad.thesis").write_text(FOREIGN, encoding="utf-8")
    (tmp_path / "AAA.yaml").write_text(IN_DOLLARS, encoding="utf-8")
    for words in (("simulate", "--draws", "256", "--of", "twice"), ("sensitivity", "--of", "twice")):
        ran = call(words[0], str(tmp_path / "abroad.thesis"), "--facts", str(tmp_path / "AAA.yaml"), *DAY, *words[1:])
        assert ran.status == 0, ran.err
        assert "1.5bn USD" in ran.out, ran.out
        assert "3bn USD today" in ran.out, ran.out
        assert "bn CNY" not in ran.out, ran.out
