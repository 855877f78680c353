"""What a run says of each name, and that it is what the command line says."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

import thesis
from tests.support.command_line import call
from thesis import Day, Figure, Members, Run, ThesisError, Truth, Words

DAY = "2026-05-14"


def run(**more: object) -> Run:
    return thesis.evaluate("kinds", "KIND", as_of=DAY, **more)


def figure(name: str, found: Run | None = None) -> Figure:
    value = (found or run())[name].value
    assert isinstance(value, Figure)
    return value


def test_the_example_of_the_package() -> None:
    found = thesis.evaluate("alibaba", company="BABA", as_of=DAY)
    assert found.verdicts["setup"].outcome == "Add on pullbacks, do not chase"
    growth = found["cloud_growth"].value
    assert isinstance(growth, Figure)
    assert (growth.low, growth.high, growth.known, growth.unit, growth.text) == (0.38, 0.38, True, "percent", "38%")
    assert growth.reasons == ()
    (fact,) = growth.facts
    assert (fact.period, fact.published, fact.kind) == ("2026-03-31", dt.date(2026, 5, 13), "reported")


@pytest.mark.parametrize(
    ("name", "low", "high", "unit", "text", "exact"),
    [
        ("growth", 0.12, 0.12, "percent", "12%", True),
        ("sales", 2.5e9, 2.5e9, "CNY", "2.5bn CNY", True),
        ("price", 101.0, 101.0, "CNY", "101 CNY", True),
        ("multiple_paid", 22.0, 22.0, "multiple", "22x", True),
        ("stores", 12.0, 12.0, "count", "12", True),
        ("index", 1.5, 1.5, "number", "1.5", True),
        ("turnover", 0.5, 0.5, "number", "0.5", True),
        ("enough", 0.1, 0.1, "percent", "10%", True),
        ("path", 12.1e9, 12.1e9, "CNY", "12.1bn CNY", True),
        ("rough", 0.05, 0.15, "percent", "5% to 15%", False),
        ("least", 0.8, None, "percent", "at least 80%", False),
        ("missing_one", None, None, "percent", "unknown", False),
        ("change", None, None, "pp", "unknown", False),
    ],
)
def test_a_figure_has_its_bounds_in_base_units(
    name: str, low: float | None, high: float | None, unit: str, text: str, exact: bool
) -> None:
    found = figure(name)
    assert found.low == (pytest.approx(low) if low is not None else None)
    assert found.high == (pytest.approx(high) if high is not None else None)
    assert (found.unit, found.text, found.exact, found.known) == (unit, text, exact, text != "unknown")
    assert str(found) == text


def test_a_figure_that_is_no_one_number_becomes_none() -> None:
    assert float(figure("growth")) == 0.12
    for name, words in (("rough", "5% to 15%"), ("missing_one", "unknown"), ("least", "at least 80%")):
        with pytest.raises(ThesisError, match=f"a figure that is {words} is not one number"):
            float(figure(name))


def test_a_figure_is_neither_true_nor_false() -> None:
    """`if run["growth"].value:` would hold of 0%, and of what nobody knows."""
    for name in ("growth", "missing_one"):
        with pytest.raises(ThesisError, match="neither true nor false"):
            bool(figure(name))


def test_truths_are_true_false_or_neither() -> None:
    found = run()
    growing, young, unclear = (found[name].value for name in ("growing", "young", "unclear"))
    assert isinstance(growing, Truth)
    assert isinstance(young, Truth)
    assert isinstance(unclear, Truth)
    assert (growing.value, young.value, unclear.value) == (True, False, None)
    assert growing
    assert not young
    with pytest.raises(ThesisError, match="what is unknown is neither true nor false"):
        bool(unclear)


def test_words_members_and_days() -> None:
    found = run()
    region, markets, since, auditor = (found[name].value for name in ("region", "markets", "since", "auditor"))
    assert isinstance(region, Words)
    assert (region.word, region.possible) == ("asia", ("asia",))
    assert isinstance(markets, Members)
    assert markets.members == ("asia", "europe")
    assert isinstance(since, Day)
    assert since.day == dt.date(1999, 4, 4)
    assert auditor.text == "Sums & Sons"
    money = found["money"].value
    assert isinstance(money, Words)
    assert (money.word, money.possible) == (None, ("supported", "contested"))


def test_a_series_has_periods_with_labels_and_ends() -> None:
    series = run()["growth"].series
    assert series is not None
    assert (series.frequency, series.unit, len(series)) == ("quarter", "percent", 3)
    assert [p.label for p in series] == ["quarter to 2025-09-30", "quarter to 2025-12-31", "quarter to 2026-03-31"]
    assert [p.value.text for p in series] == ["8%", "unknown", "12%"]
    assert [p.reported for p in series] == [True, False, True]
    gap = series["2025-12-31"]
    assert [str(reason) for reason in gap.value.reasons] == ["Growth quarter to 2025-12-31: no figure is known"]
    assert series[-1] is series["quarter to 2026-03-31"] is series[dt.date(2026, 3, 31)]
    assert series[:2] == series.periods[:2]
    assert run()["growth"].period == "quarter to 2026-03-31"


def test_whole_years_and_days_have_their_own_labels() -> None:
    found = run()
    sales, price = found["sales"].series, found["price"].series
    assert sales is not None
    assert price is not None
    assert [(p.label, p.value.text) for p in sales.years] == [("FY2026", "9bn CNY")]
    assert [(p.label, p.end.isoformat()) for p in price] == [("2026-05-12", "2026-05-12"), ("2026-05-13", "2026-05-13")]
    assert found["stores"].series is None
    assert found["stores"].period == ""


def test_a_company_that_reports_by_halves(here: Path) -> None:
    (here / "halves.thesis").write_text(
        'rules halves\ninput sales "Sales" : money per quarter\nkill k when sales < 1bn CNY\n'
    )
    (here / "facts" / "HALF.yaml").write_text(
        "name: H\nticker: HALF\ncurrency: CNY\nfiscal_year_ends: 12-31\nreports: halves\nfacts:\n  sales:\n"
        "    - {period: H2 FY2025, value: 3bn, published: 2026-02-20, kind: reported, source: S}\n"
    )
    series = thesis.evaluate("halves", "HALF", as_of=DAY)["sales"].series
    assert series is not None
    assert series.frequency == "half"
    assert [(p.label, p.value.text) for p in series] == [("half to 2025-12-31", "3bn CNY")]


def test_a_forecast_has_its_path() -> None:
    assert [step.text for step in run()["path"].path] == ["10bn CNY", "11bn CNY", "12.1bn CNY"]


def test_what_was_judged() -> None:
    found = run()
    call_, thin = found.verdicts["call"], found.verdicts["thin"]
    assert (call_.outcome, call_.outcomes, call_.decided, call_.tone) == ("Buy", ("Buy",), True, "bullish")
    assert call_.because == "It grows 12%."
    assert (thin.outcome, thin.outcomes, thin.decided, thin.tone) == (None, ("Thin", "Sound"), False, None)
    assert {c.name: c.state for c in found.conditions.values()} == {
        "growing": "true", "large": "true", "unclear": "unknown", "young": "not applicable",
    }  # fmt: skip
    assert {p.name: p.status for p in found.pillars.values()} == {"demand": "supported", "money": None}
    assert found.kills["gone"].state == "false"
    assert found.scenarios["slump"].outcomes["call"] == ("Wait",)
    assert list(found.missing) == ["rough"]
    assert found.score is not None
    assert found.score.low == pytest.approx(1 / 3)
    assert found.score.high == pytest.approx(2 / 3)


def test_every_name_of_the_rules_is_there_once() -> None:
    found = run()
    assert len(set(found)) == len(found) == len(found.evaluated.program.order)
    for name in found:
        assert name in found
        assert found[name].name == name
    assert "nope" not in found
    assert 3 not in found


def test_the_report_is_the_one_of_the_command_line(here: Path) -> None:
    report = thesis.report("small", "ACME", as_of=DAY, settings={"margin": "1%"})
    for form, text in (("json", report.json()), ("md", report.markdown()), ("html", report.html())):
        said = call("report", "small", "--for", "ACME", "--as-of", DAY, "--set", "margin=1%", "--format", form)
        assert said.out == text
        assert report.save(here / f"r.{form}").read_text(encoding="utf-8") == text


HOUSE = "name: House & Sons\ncolours: {accent: '#7A1F3D'}\n"
LOOKS: tuple[tuple[str, dict[str, object], tuple[str, ...]], ...] = (
    ("r.html", {"brief": True}, ("--brief",)),
    ("r.html", {"style": "house.yaml"}, ("--style", "house.yaml")),
    ("r.html", {"template": "looks"}, ("--template", "looks")),
    ("r.html", {"language": "zh"}, ("--language", "zh")),
    ("r.md", {"brief": True, "language": "zh"}, ("--brief", "--language", "zh")),
    ("r.pdf", {"brief": True, "style": "house.yaml"}, ("--brief", "--style", "house.yaml")),
    ("r.docx", {"brief": True, "template": "house.docx"}, ("--brief", "--template", "house.docx")),
    ("r.txt", {}, ()),
)


@pytest.mark.parametrize(("name", "how", "typed"), LOOKS, ids=lambda part: str(part))
def test_each_form_is_that_of_the_command_line_in_each_look(
    here: Path, name: str, how: dict[str, object], typed: tuple[str, ...]
) -> None:
    if name.endswith(("pdf", "docx")):
        pytest.importorskip("typst")
        pytest.importorskip("docx").Document().save("house.docx")
    (here / "house.yaml").write_text(HOUSE, encoding="utf-8")
    (here / "looks").mkdir()
    (here / "looks" / "memo.html.j2").write_text("<p>{{ r.title }}</p>", encoding="utf-8")
    done = call("report", "small", "--for", "ACME", "--as-of", DAY, "-o", f"said{name}", *typed)
    assert done.status == 0, done.err
    made = thesis.report("small", "ACME", as_of=DAY).save(name, **how)
    assert made.read_bytes() == (here / f"said{name}").read_bytes()


def test_a_look_that_there_is_not_is_refused_with_what_there_is(here: Path) -> None:
    report = thesis.report("small", "ACME", as_of=DAY)
    for ask, words in (
        (lambda: report.html(language="fr"), "write one of en, zh"),
        (lambda: report.html(style="no.yaml"), "no.yaml"),
        (lambda: report.markdown(template="nowhere"), "there is no such folder of templates"),
        (lambda: report.save("r.pdf", template="x"), "a .pdf takes no `template`"),
        (lambda: report.save("r.xlsx", brief=True), "it takes nothing"),
    ):
        with pytest.raises(thesis.ThesisError, match=re.escape(words)):
            ask()
    assert not (here / "r.pdf").exists()


def test_why_is_what_the_command_line_says() -> None:
    said = call("explain", "small", "call", "--for", "ACME", "--as-of", DAY)
    found = thesis.evaluate("small", "ACME", as_of=DAY).explain("call")
    assert said.out == f"{found}\n"
    as_json = call("explain", "small", "call", "--for", "ACME", "--as-of", DAY, "--format", "json")
    assert as_json.out == found.json()


def test_side_by_side_is_what_the_command_line_says(here: Path) -> None:
    asked = ("compare", "ai_infrastructure", "--for", "BABA=alibaba,MSFT", "--as-of", DAY)
    found = thesis.compare("ai_infrastructure", {"BABA": "alibaba", "MSFT": None}, as_of=DAY)
    for form, text in (("json", found.json()), ("md", found.markdown()), ("html", found.html()), ("csv", found.csv())):
        assert call(*asked, "--format", form).out == text
    call(*asked, "-o", "one.xlsx")
    assert (here / "one.xlsx").read_bytes() == found.save("two.xlsx").read_bytes() == found.xlsx()


def test_side_by_side_takes_what_evaluate_takes(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "part.thesis").write_text('rules part\ninput growth "G" : percent\n', encoding="utf-8")
    (here / "whole.thesis").write_text(
        'rules whole uses part\npillar p "?"\nbull b on p when growth > 10%\nverdict v\n  when b then "A"\n  otherwise "B"\n',
        encoding="utf-8",
    )
    text = (here / "facts" / "ACME.yaml").read_text(encoding="utf-8").partition("  margin:")[0]
    (here / "mine" / "BETA.yaml").write_text(text.replace("ACME", "BETA").replace("12%", "9%"), encoding="utf-8")
    found = thesis.compare("whole", ["BETA"], as_of=DAY, facts="mine", library="mine", settings={"growth": "11%"})
    said = call("compare", "whole", "--for", "BETA", "--facts", "mine", "--library", "mine", "--set", "growth=11%",
                "--as-of", DAY, "--format", "json")  # fmt: skip
    assert found.json() == said.out
    assert {cell.text for row in found.model.rows for cell in row.cells if row.kind == "verdict"} == {"A"}
    plain = thesis.compare("whole", [thesis.facts("mine/BETA.yaml")], as_of=DAY, library="mine")
    assert {cell.text for row in plain.model.rows for cell in row.cells if row.kind == "verdict"} == {"B"}


def test_a_proof_is_what_the_command_line_says(here: Path) -> None:
    (here / "hole.thesis").write_text(
        'rules hole "H"\ninput growth "G" : percent\nverdict v "V"\n  when growth > 20% then "A"\n', encoding="utf-8"
    )
    found = thesis.prove("hole", budget=2)
    (file,) = json.loads(call("prove", "hole", "--budget", "2", "--format", "json").out)["files"]
    assert not found.ok
    assert [f.message for f in found.findings] == [f["message"] for f in file["findings"]]
    assert [f.example for f in found.findings] == [f["witness"]["text"] for f in file["findings"]]
    assert found.proved == {item["name"]: item["state"] for item in file["proved"]}
    assert thesis.prove("small", budget=2).ok


def test_facts_with_source_day_and_kind() -> None:
    found = thesis.facts("facts/KIND.yaml")
    assert (found.name, found.ticker, found.currency, found.fiscal_year_ends) == ("Every Kind", "KIND", "CNY", "03-31")
    first, last = found.facts[0], found.facts[-1]
    assert (first.name, first.value, first.low, first.high, first.unit) == ("growth", "8%", 0.08, 0.08, "percent")
    assert (last.value, last.low, last.high, last.kind, last.source) == ("at least 80%", 0.8, None, "claim", "Call")
    assert [f.value for f in found.of("markets")] == ["europe, asia"]
    assert [(f.low, f.unit) for f in found.of("markets")] == [(None, None)]
    assert {f.published for f in thesis.facts("facts/KIND.yaml", as_of="2026-02-20")} == {
        dt.date(2025, 10, 30), dt.date(2026, 2, 20),
    }  # fmt: skip
    assert len(thesis.facts("facts/KIND.yaml", as_of="2020-01-01")) == 0


def test_one_company_of_a_file_that_holds_several(here: Path) -> None:
    head = "ticker,metric,period,value,published,kind,source\n"
    rows = "".join(f"{t},growth,2026-03-31,{v},2026-05-01,reported,S\n" for t, v in (("ACME", "12%"), ("BETA", "9%")))
    (here / "both.csv").write_text(head + rows, encoding="utf-8")
    for ticker, value in (("ACME", "12%"), ("BETA", "9%")):
        (here / f"{ticker}.yaml").write_text(
            f"name: {ticker}\nticker: {ticker}\ncurrency: CNY\nfiscal_year_ends: 03-31\n"
        )
        found = thesis.facts([f"{ticker}.yaml", "both.csv"], ticker=ticker)
        assert [(found.ticker, f.value) for f in found] == [(ticker, value)]
        run = thesis.evaluate("small", ticker, facts=[f"{ticker}.yaml", "both.csv"], as_of=DAY)
        assert run["growth"].value.text == value


def test_a_run_shows_no_fact_that_was_not_known() -> None:
    assert {f.published for f in run().company.of("least")} == {dt.date(2026, 2, 20)}
    assert all(f.published <= dt.date(2026, 5, 14) for name in run() for f in run()[name].value.facts)


def test_rules_and_companies_are_read_once_and_used_often() -> None:
    rules, company = thesis.load("small"), thesis.facts(["facts/ACME.yaml"])
    assert thesis.evaluate(rules, company, as_of=DAY) == thesis.evaluate("small", "ACME", as_of=DAY)
    assert thesis.evaluate(Path("small.thesis"), Path("facts/ACME.yaml"), as_of=DAY).verdicts["call"].outcome == "Buy"
    assert thesis.evaluate("small", "ACME", facts="facts", as_of=DAY).verdicts["call"].outcome == "Buy"
    assert (
        thesis.evaluate(rules.text, company, as_of=DAY).verdicts == thesis.evaluate(rules, company, as_of=DAY).verdicts
    )
    assert (rules.name, rules.title, rules.ticker, rules.ok) == ("small", "Small rules", None, True)


@pytest.mark.parametrize(
    "as_of",
    ["2026-05-12", dt.date(2026, 5, 12), dt.datetime(2026, 5, 12, 23, 59), dt.datetime(2026, 5, 12, tzinfo=dt.UTC)],
)
def test_a_day_is_a_text_a_date_or_a_datetime(as_of: str | dt.date) -> None:
    found = thesis.evaluate("small", "ACME", as_of=as_of)
    assert found.as_of == dt.date(2026, 5, 12)
    assert found.verdicts["call"].outcome is None, "its facts became known on the 13th"


def test_without_a_day_it_is_today_and_says_so() -> None:
    found = thesis.evaluate("small", "ACME")
    assert found.as_of == dt.date.today()
    assert f"as of {dt.date.today()} (today)" in repr(found)
    assert "(today)" in found._repr_html_()
    assert "today" not in repr(thesis.evaluate("small", "ACME", as_of=DAY))


def test_warnings_are_values() -> None:
    found = run()
    assert {d.code for d in found.diagnostics} == {"T080"}
    assert all(not d.is_error for d in found.diagnostics)
    assert any("`price` is never used (T080)" in warning for warning in found.warnings)


def test_documents_are_those_of_the_command_line(here: Path) -> None:
    report = thesis.report("small", "ACME", as_of=DAY)
    for form, made in (("slack", report.slack()), ("card", report.card())):
        assert call("report", "small", "--for", "ACME", "--as-of", DAY, "--format", form).out == made
    call("report", "small", "--for", "ACME", "--as-of", DAY, "-o", "one.xlsx")
    assert (here / "one.xlsx").read_bytes() == report.save("two.xlsx").read_bytes() == report.xlsx()
    with pytest.raises(thesis.ThesisError, match="made by hand"):
        type(report)(report.model).xlsx()
