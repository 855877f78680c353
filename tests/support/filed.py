"""Company facts in the form in which the SEC gives them, with invented figures: what a filer's JSON looks like."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Filed:
    """One figure in one filing: `start` None for a balance."""

    concept: str
    unit: str
    start: str | None
    end: str
    value: float
    form: str
    filed: str
    accession: str

    def item(self) -> dict[str, Any]:
        """As it stands in the JSON; `fy` and `fp` describe the filing and not the period."""
        start = {} if self.start is None else {"start": self.start}
        return start | {
            "end": self.end,
            "val": self.value,
            "accn": self.accession,
            "fy": int(self.filed[:4]),
            "fp": "FY",
            "form": self.form,
            "filed": self.filed,
        }


def company_facts(figures: Iterable[Filed], name: str = "Example Cloud Inc.") -> str:
    """The JSON of a company that filed these figures."""
    facts: dict[str, Any] = {}
    for figure in figures:
        taxonomy, _, concept = figure.concept.partition(":")
        units = facts.setdefault(taxonomy, {}).setdefault(concept, {"label": concept, "units": {}})["units"]
        units.setdefault(figure.unit, []).append(figure.item())
    return json.dumps({"cik": 1234567, "entityName": name, "facts": facts}, indent=1)


REVENUE = "us-gaap:Revenues"
NEWER = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
CASH = "us-gaap:NetCashProvidedByUsedInOperatingActivities"
EPS = "us-gaap:EarningsPerShareDiluted"
SHARES = "us-gaap:CommonStockSharesOutstanding"
RATIO = "us-gaap:StockholdersEquityNoteStockSplitConversionRatio1"


def flow(
    concept: str, interval: str, value: float, filed: str, form: str = "10-Q", unit: str = "USD", accession: str = ""
) -> Filed:
    """A flow over `2025-01-01..2025-03-31`."""
    start, _, end = interval.partition("..")
    return Filed(
        concept, unit, start, end, value, form, filed, accession or f"0001234567-{filed[2:4]}-{filed[5:7]}{filed[8:]}00"
    )


def balance(concept: str, end: str, value: float, filed: str, form: str = "10-K", unit: str = "shares") -> Filed:
    """A balance at the end of a day."""
    return Filed(concept, unit, None, end, value, form, filed, f"0001234567-{filed[2:4]}-{filed[5:7]}{filed[8:]}00")


def known_by(figures: Sequence[Filed], day: dt.date) -> list[Filed]:
    """What had been filed by a day."""
    return [f for f in figures if dt.date.fromisoformat(f.filed) <= day]
