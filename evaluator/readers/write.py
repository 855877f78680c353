"""A company's facts as the YAML in which they are kept: what is read back from it is what was written.

In: a `Company`. Out: text. Must not know files, nor rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evaluator.facts.calendar import Calendar
from evaluator.facts.model import Company, ExchangeRate, Fact, Rank, Reports
from evaluator.facts.splits import ShareSplit, written

_WORD = re.compile(r"[A-Za-z_]\w*")
_SAFE = re.compile(r"-?[A-Za-z0-9.][A-Za-z0-9 .%_/+-]*(?<! )")
"""Texts that YAML takes for themselves wherever they stand."""
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def company_text(company: Company, comments: Sequence[str] = ()) -> str:
    """A facts file, with comments on top; the facts of a name stand together, in the order in which they came."""
    head = {"name": quoted(company.name), "ticker": plain(company.ticker), "currency": company.currency}
    head["fiscal_year_ends"] = year_end_text(company.fiscal_year_ends)
    head |= {"quarters": quarters_text(company.quarters)} if company.quarters else {}
    head |= {"reports": company.reports.value} if company.reports is not Reports.QUARTERS else {}
    receipt = company.shares_per_receipt
    head |= {"shares_per_receipt": f"{receipt:.15g}"} if receipt is not None else {}
    lines = [*(f"# {comment}" for comment in comments), *(f"{key}: {text}" for key, text in head.items())]
    if company.splits:
        lines += ["", "splits:", *(f"  - {_split(split)}" for split in company.splits)]
    own, imported = (tuple(f for f in company.facts if f.offered == offered) for offered in (False, True))
    lines += ["", *facts_lines(own)] if own or not imported else []
    lines += ["", *facts_lines(imported, "imported")] if imported else []
    if company.exchange_rates:
        lines += ["", "exchange_rates:", *(f"  - {_rate(rate)}" for rate in company.exchange_rates)]
    return "\n".join(lines) + "\n"


def facts_lines(facts: Sequence[Fact], part: str = "facts") -> list[str]:
    """The lines from `facts:` (or `imported:`) on."""
    by_name: dict[str, list[Fact]] = {}
    for fact in facts:
        by_name.setdefault(fact.name, []).append(fact)
    lines = [f"{part}:" if facts else f"{part}: {{}}"]
    for name, mine in by_name.items():
        lines.append(f"  {name if _WORD.fullmatch(name) else quoted(name)}:")
        lines += [f"    - {_fact(fact)}" for fact in mine]
    return lines


def year_end_text(calendar: Calendar) -> str:
    """The last day of a fiscal year as MM-DD, and of those before it was changed."""
    ends = [*((e.month, e.day) for e in calendar.earlier), (calendar.month, calendar.day)]
    first, *later = (f"{month:02d}-{day:02d}" for month, day in ends)
    return ", ".join([first, *(f"{end} from {e.until}" for end, e in zip(later, calendar.earlier, strict=True))])


def quarters_text(weeks: Sequence[int]) -> str:
    """`12, 12, 12, 16 weeks`."""
    return f"{', '.join(map(str, weeks))} weeks"


def _fact(fact: Fact) -> str:
    value = fact.value
    texts: dict[str, str | None] = {
        "period": plain(fact.period) if fact.period is not None else None,
        "date": str(fact.date) if fact.date is not None else None,
        "value": plain(value) if isinstance(value, str) else f"[{', '.join(map(plain, value))}]",
        "published": str(fact.published),
        "kind": fact.kind.value,
        "source": quoted(fact.source),
    }
    texts |= {"currency": fact.currency} if fact.currency is not None else {}
    texts |= {"rank": fact.rank.value} if fact.rank is not Rank.SECONDARY else {}
    texts |= {key: quoted(text) for key in ("url", "note", "restates") if (text := getattr(fact, key)) is not None}
    return _flow(texts)


def _rate(rate: ExchangeRate) -> str:
    texts: dict[str, str | None] = {
        "of": rate.of,
        "to": rate.to,
        "period": plain(rate.period) if rate.period is not None else None,
        "date": str(rate.date) if rate.date is not None else None,
        "value": repr(rate.value),
        "published": str(rate.published),
        "kind": rate.kind.value,
        "source": quoted(rate.source),
        "note": quoted(rate.note) if rate.note is not None else None,
    }
    return _flow(texts)


def _split(split: ShareSplit) -> str:
    texts: dict[str, str | None] = {
        "date": str(split.date),
        "ratio": plain(written(split.ratio)),
        "published": str(split.published) if split.published != split.date else None,
        "after": str(split.after) if split.after is not None else None,
        "source": quoted(split.source),
    }
    texts |= {key: quoted(text) for key in ("url", "note") if (text := getattr(split, key)) is not None}
    return _flow(texts)


def _flow(texts: Mapping[str, str | None]) -> str:
    return "{" + ", ".join(f"{key}: {text}" for key, text in texts.items() if text is not None) + "}"


def plain(text: str) -> str:
    """A text as it stands where YAML takes it so, else in quotes."""
    return text if _SAFE.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """A text in quotes, with what cannot stand in YAML escaped."""
    return '"' + "".join(_ESCAPED.get(char) or _char(char) for char in text) + '"'


def _char(char: str) -> str:
    code = ord(char)
    printable = 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    if printable and code not in (0x2028, 0x2029, 0xFEFF):
        return char
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
