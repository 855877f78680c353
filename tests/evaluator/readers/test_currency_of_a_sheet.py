"""A currency that is said once for a sheet or file is for its money only; money of nobody's currency is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dsl.text.source import SourceFile
from evaluator.facts.model import Company, Fact
from evaluator.known.bind import bind
from evaluator.readers.load import load, read_company
from evaluator.readers.write import company_text
from tests.support.books import lay
from tests.support.runs import HEAD, TAIL, checked, company, fact

RULES = """
input revenue "Revenue" : money per quarter
input shares "Shares" : count per quarter balance
input margin "Margin" : percent per quarter
input price "Price" : money per share in USD per day
kill k when revenue < 0 or shares < 0 or margin < 0% or price < 0 USD
"""
HEADED = "name: A\nticker: AAA\ncurrency: CNY\nfiscal_year_ends: 12-31\n"
TIDY = "metric,period,value,unit,published,kind,source\nrevenue,2025-12-31,100,millions,2026-02-01,reported,R\n" \
       "shares,2025-12-31,50,millions,2026-02-01,reported,R\nmargin,2025-12-31,38%,,2026-02-01,reported,R\n"  # fmt: skip
WIDE = "currency,USD,\nperiod,unit,2025-12-31\npublished,,2026-02-01\nkind,,reported\nsource,,R\nrevenue,millions,100\n" \
       "shares,millions,50\nmargin,percent,38\n"  # fmt: skip
FORMS = {
    "above the table": {"facts.csv": "currency,USD\n" + TIDY},
    "periods across": {"facts.csv": WIDE},
    "under files": {"facts.csv": TIDY, "AAA.yaml": HEADED + "files:\n  facts.csv: {currency: USD}\n"},
}


def read(folder: Path, files: dict[str, str]) -> Company:
    found, problems = load(lay(folder, {"AAA.yaml": HEADED, **files}), "AAA")
    assert found is not None, problems
    return found


def bound(about: Company) -> tuple[dict[str, str | None], list[str]]:
    program = checked(HEAD + RULES + TAIL).program
    assert program is not None
    found = bind(program, about)
    return {b.fact.name: b.currency for b in found.facts}, [d.code for d in found.diagnostics]


@pytest.mark.parametrize("form", FORMS)
def test_a_currency_of_the_whole_sheet_is_for_its_money_only(form: str, tmp_path: Path) -> None:
    about = read(tmp_path, FORMS[form])
    assert bound(about) == ({"revenue": "USD", "shares": None, "margin": None}, [])
    again, problems = read_company(SourceFile("AAA.yaml", company_text(about)))
    assert again is not None, problems
    assert bound(again) == bound(about)


def test_a_currency_in_the_row_of_a_count_is_still_a_mistake(tmp_path: Path) -> None:
    rows = TIDY.replace("unit,", "unit,currency,").replace("millions,", "millions,USD,").replace(",38%,,", ",38%,,,")
    assert bound(read(tmp_path, {"facts.csv": rows}))[1] == ["F021"]


def price(value: str, currency: str = "CNY") -> Company:
    return company("  price:\n" + fact("2026-05-13", value, "2026-05-13", key="date"), currency, "12-31")


def test_money_without_a_code_is_refused_where_rules_ask_for_another_currency_than_the_companys() -> None:
    assert bound(price("130"))[1] == ["F028"]
    assert bound(price("130 USD")) == ({"price": "USD"}, [])
    assert bound(price("130", "USD")) == ({"price": "USD"}, [])
    assert bound(price("unknown"))[1] == []
    of_a_file = Fact.model_validate({**price("130").facts[0].model_dump(), "currency": "USD", "published": dt.date(2026, 5, 13),
                                     "place": price("130").facts[0].place, "value_place": price("130").facts[0].value_place})  # fmt: skip
    assert bound(price("130").model_copy(update={"facts": (of_a_file,)})) == ({"price": "USD"}, [])
