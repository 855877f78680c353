"""`thesis facts check`, `show` and `coverage`: what a user sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.commands.facts.show import sparkline
from tests.support.command_line import DAY, FACTS, HEAD, call

SMALL = ("--rules", "small")
ODD = (
    HEAD
    + "  sales:\n"
    + "".join(
        f"    - {{period: {period}, value: {value}, published: {published}, kind: reported, source: Results}}\n"
        for period, value, published in [
            ("9M FY2026", "33bn", "2026-02-01"),
            ("FY2026", "46bn", "2026-05-01"),
            ("2025-03-31", "10bn", "2025-05-01"),
            ("2025-03-31", "11bn", "2025-06-01"),
        ]
    )
)


def words(text: str) -> list[str]:
    """Lines without what lays them out in columns."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_check_ends_with_1_for_errors_and_0_for_warnings_and_for_nothing(here: Path) -> None:
    ran = call("facts", "check", *SMALL, *DAY, "ACME")
    assert (ran.status, ran.out, ran.err) == (0, "ACME: nothing to mend, 2 facts\n", "")
    (here / "facts" / "ODD.yaml").write_text(
        FACTS.replace("ACME", "ODD").replace("value: 12%", "value: 12%, restates: x")
    )
    ran = call("facts", "check", *SMALL, *DAY, "ODD")
    assert (ran.status, ran.out) == (0, "ODD: 1 warning, 2 facts\n")
    assert "warning[F038]" in ran.err
    ran = call("facts", "check", *SMALL, "--as-of", "2026-05-12", "ACME")
    assert ran.status == 0, "what became known later is no mistake"
    (here / "late.yaml").write_text(FACTS.replace("2026-05-13", "2106-05-13"))
    ran = call("facts", "check", *SMALL, *DAY, "ACME", "late.yaml")
    assert ran.status == 1
    assert ran.err.count("error[F037]") == 2
    assert ran.out.splitlines() == ["ACME: nothing to mend, 2 facts", "late.yaml: 2 errors, 2 facts"]


@pytest.mark.parametrize("wrong", ["NONE", "none.yaml", "empty"])
def test_check_ends_with_2_where_nothing_is_there_to_read(wrong: str, here: Path) -> None:
    (here / "empty").mkdir()
    ran = call("facts", "check", *SMALL, *DAY, wrong, "ACME")
    assert ran.status == 2
    assert "ACME: nothing to mend" in ran.out


def test_check_finds_mistakes_of_the_file_and_of_the_rules(here: Path) -> None:
    (here / "bad.yaml").write_text(FACTS.replace("12%", "12 cows"))
    assert "error[F021]" in call("facts", "check", *SMALL, *DAY, "bad.yaml").err
    (here / "bad.yaml").write_text(FACTS.replace("kind: claim", "kind: rumour"))
    ran = call("facts", "check", *SMALL, *DAY, "bad.yaml")
    assert (ran.status, ran.out) == (1, "bad.yaml: 1 error\n")
    assert "error[F012]" in ran.err


def test_check_without_names_looks_at_all_that_are_there(here: Path) -> None:
    (here / "facts" / "ODD.yaml").write_text(FACTS.replace("ACME", "ODD"))
    ran = call("facts", "check", "--rules", "small", "--rules", "alibaba", *DAY)
    assert ran.status == 0, ran.err
    assert {"ACME: nothing to mend, 2 facts", "ODD: nothing to mend, 2 facts"} <= set(ran.out.splitlines())


def test_every_code_of_check_has_a_page() -> None:
    for code in range(30, 39):
        assert call("check", "--explain", f"F{code:03d}").status == 0


def test_show_tells_what_is_derived_restated_and_replaced(here: Path) -> None:
    (here / "odd.yaml").write_text(ODD)
    ran = call("facts", "show", "odd.yaml", "sales", *SMALL, *DAY)
    assert ran.status == 0, ran.err
    assert words(ran.out) == [
        "Acme (ACME), money in CNY, as known on 2026-05-14",
        "",
        "sales Sales, money per quarter",
        "period value known since kind source",
        "quarter to 2025-03-31 10bn 2025-05-01 reported replaced Results",
        "quarter to 2025-03-31 11bn 2025-06-01 reported restated Results",
        "9M FY2026 33bn 2026-02-01 reported Results",
        "year to 2025-12-31 44bn 2026-02-01 derived 9M FY2026 + quarter to 2025-03-31",
        "quarter to 2026-03-31 13bn 2026-05-01 derived FY2026 − 9M FY2026",
        "FY2026 46bn 2026-05-01 reported Results",
    ]
    before = call("facts", "show", "odd.yaml", "sales", *SMALL, "--as-of", "2026-04-30").out
    assert "quarter to 2026-03-31" not in before
    assert "46bn" not in before


def test_show_says_which_names_there_are(here: Path) -> None:
    ran = call("facts", "show", "ACME", "grwth", *SMALL)
    assert ran.status == 2
    assert "there are no facts of `grwth`" in ran.err
    assert "did you mean `growth`" in ran.err
    assert call("facts", "show", "NONE", *SMALL).status == 2
    (here / "odd.yaml").write_text(FACTS.replace("  margin:", "  seats:"))
    ran = call("facts", "show", "odd.yaml", *SMALL, *DAY)
    assert (ran.status, "seats" in ran.out, "growth" in ran.out) == (0, False, True)
    ran = call("facts", "show", "odd.yaml", "seats", *SMALL)
    assert (ran.status, "no rules say what `seats` is" in ran.err) == (2, True)
    (here / "bad.yaml").write_text(FACTS.replace("12%", "12 cows"))
    assert call("facts", "show", "bad.yaml", *SMALL).status == 1


def test_a_sparkline_rises_with_the_figures_and_leaves_gaps() -> None:
    assert sparkline([1.0, None, 8.0, 4.5]) == "▁ █▅"
    assert sparkline([3.0, 3.0]) == "▁▁"
    assert "▁" not in call("facts", "show", "BABA", "cloud_revenue", "--rules", "alibaba", *DAY).out


def test_coverage_names_what_is_known_and_of_when(here: Path) -> None:
    (here / "facts" / "ODD.yaml").write_text(ODD.replace("ACME", "ODD"))
    ran = call("facts", "coverage", "small", "--for", "ACME,ODD", *DAY)
    assert ran.status == 0, ran.err
    assert words(ran.out) == [
        "ACME ODD",
        "growth 2026-03-31 -",
        "margin* 2026-03-31 -",
        "sales* - 2026-03-31",
        "known of needed 1 of 1 0 of 1",
    ]
    out = json.loads(
        call("facts", "coverage", "small", "--for", "ACME", "--as-of", "2026-05-12", "--format", "json").out
    )
    assert {c["state"] for row in out["inputs"] for c in row["companies"]} == {"missing"}


def test_coverage_tells_a_refused_fact_from_a_missing_one(here: Path) -> None:
    (here / "bad.yaml").write_text(FACTS.replace("12%", "12 cows"))
    out = json.loads(call("facts", "coverage", "small", "--for", "bad.yaml", *DAY, "--format", "json").out)
    assert {row["name"]: row["companies"][0]["state"] for row in out["inputs"]} == {
        "growth": "refused",
        "margin": "known",
        "sales": "missing",
    }


@pytest.mark.parametrize(
    "args", [("coverage", "small", "--for", ","), ("coverage", "small", "--for", "NONE"), ("coverage", "none")]
)
def test_coverage_of_nothing_is_wrong_use(args: tuple[str, ...]) -> None:
    assert call("facts", *args).status == 2


def test_fix_takes_copies_away_and_nothing_else(here: Path) -> None:
    copy = "    - {date: 2026-03-31, value: 12%, published: 2026-05-13, kind: reported, source: Results}\r\n"
    text = FACTS.replace("\n", "\r\n")
    (here / "odd.yaml").write_bytes(text.replace(copy, copy + copy + "    # between\r\n" + copy).encode())
    ran = call("facts", "check", *SMALL, *DAY, "odd.yaml")
    assert (ran.status, ran.out) == (0, "odd.yaml: 2 warnings, 4 facts\n")
    assert "`thesis facts check --fix` mends 2 of these" in ran.err
    ran = call("facts", "check", *SMALL, *DAY, "odd.yaml", "--fix")
    assert (ran.status, ran.out, ran.err) == (0, "odd.yaml: nothing to mend, 2 facts\n", "odd.yaml: 2 mended\n")
    assert (here / "odd.yaml").read_bytes().decode() == text.replace(copy, copy + "    # between\r\n")
    table = "metric,date,value,published,kind,source\n" + "growth,2026-03-31,12%,2026-05-13,reported,R\n" * 2
    (here / "t.csv").write_text(table)
    (here / "head.yaml").write_text(HEAD.replace("facts:\n", ""))
    ran = call("facts", "check", *SMALL, *DAY, "head.yaml", "t.csv", "--for", "ACME", "--fix")
    assert (ran.status, ran.out) == (0, "ACME: nothing to mend, 1 facts\n")
    assert (here / "t.csv").read_text() == table[: -len(table.splitlines(True)[-1])]
