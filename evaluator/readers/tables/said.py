"""What a sheet says of itself above its figures: `in millions, except per share data`, `USD`, and how decimals look.

In: a `Table` and where its head stands. Out: scales, currencies and doubts, each with its place. Must not know names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dsl.text.record import record
from evaluator.facts.currencies import is_currency
from evaluator.readers.numerals import SCALE_WORDS, UNITS
from evaluator.readers.tables.cells import Slot, Table

_SCALE = r"thousands?|millions?|billions?|'?000s?|mm|mn|mio|mil|bn|k|m"
_SCALED = (
    re.compile(
        rf"\b(?:in|numbers in|figures in|values in|financials in)\s+(?:(?P<code>[A-Z]{{3}})\s+|[$€£¥]\s*)?(?P<scale>{_SCALE})\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<scale>{_SCALE})\s+(?:of\s+)?(?:(?P<code>[A-Z]{{3}})\b|US\s*\$|[$€£¥])", re.IGNORECASE),
    re.compile(rf"\b(?P<code>[A-Z]{{3}})(?P<apart>\s*[,(]?\s*(?:in\s+)?)(?P<scale>{_SCALE})\b", re.IGNORECASE),
    re.compile(rf"\(\s*(?:(?P<code>[A-Z]{{3}})|US\$|[$€£¥])?\s*(?:in\s+)?(?P<scale>{_SCALE})\s*\)", re.IGNORECASE),
    re.compile(rf"[$€£¥]\s?(?P<scale>{_SCALE})\b", re.IGNORECASE),
)
"""Ways to say a scale. What stands as `code` must be a currency: `Book`, `Term` and `Risk` are words."""
_EAST = r"(?=\s*(?:円|元|圓|ドル|米ドル|美元|港元|人民币|人民幣|$|[)）]))"
_RUPEES = r"(?:in|rs\.?|inr|\()\s*(?:rs\.?|inr)?\s*"
_ELSEWHERE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])" if words.isascii() else f"(?:{words})", re.IGNORECASE), scale)
    for words, scale in (
        (r"mil(?:es)? de millones|mil milh\u00f5es|milliards|milliarden|mrd\.?|mlrd\.?", "bn"),
        (r"millones|millionen|mln|mio\.?|millions? d(?:e|(?='))", "m"),
        (r"milh\u00f5es|m\u20ac|百万" + _EAST, "m"),
        (r"tausend|tsd\.?|teur|milliers|miles de", "k"),
        (r"(?<![A-Za-z])[tk]\u20ac|千" + _EAST, "k"),
        (rf"{_RUPEES}crores?|crores? of rupees", "crore"),
        (rf"{_RUPEES}(?:lakhs?|lacs?)|lakhs? of rupees", "lakh"),
        ("(?<!百)[億亿]" + _EAST, "億"),
        ("(?<!百)[万萬]" + _EAST, "万"),
    )
)
"""Words of other languages for a scale; crore, lakh, 億 and 万 are none that facts have."""
_LATIN = (
    (r"RMB|renminbi|yuan", "CNY"), (r"HK\$", "HKD"), (r"NT\$", "TWD"), (r"AU?\$", "AUD"), (r"CA?\$", "CAD"), (r"S\$", "SGD"),
    (r"R\$", "BRL"), (r"euros?", "EUR"), (r"sterling", "GBP"), (r"rs\.?|rupees", "INR"), (r"yen", "JPY"),
    (r"U\.?S\.?\s?(?:\$|dollars?)", "USD"),
)  # fmt: skip
_OTHER = (
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("円", "JPY"),
    ("美元|米ドル", "USD"),
    ("港[元币幣]", "HKD"),
    ("人民[币幣]", "CNY"),
)
_SYMBOLS = (
    *((re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", re.IGNORECASE), code) for words, code in _LATIN),
    *((re.compile(words), code) for words, code in _OTHER),
)
"""What people write for a currency that can be no other."""
_ALIAS = {
    "mil": "m",
    "'000": "k",
    "'000s": "k",
    "000": "k",
    "000s": "k",
    "thousand": "k",
    "million": "m",
    "billion": "bn",
}
_WORD_OF_SCALE = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted({*SCALE_WORDS, *_ALIAS}, key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_WORDS = """
USD EUR GBP JPY CNY CNH HKD TWD KRW INR SGD AUD NZD CAD CHF SEK NOK DKK PLN CZK HUF TRY ILS ZAR BRL MXN ARS CLP COP PEN IDR MYR THB
PHP VND SAR AED QAR KWD EGP NGN RUB UAH RON
"""
CODES = frozenset(_WORDS.split())
"""Codes that a title may hold; any other three letters may be a word."""
_CODE = re.compile(r"\b([A-Z]{3})\b")
_POINT_GROUPS = re.compile(r"[-(]?\d{1,3}(?:\.\d{3})+\)?")
_SHOWS_A_POINT = re.compile(
    r"[-(]?[$€£]?(?:0*\.\d+|0\.\d+|\d+\.(?:\d{1,2}|\d{4,})|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?!(?:19|20)\d\d)\d{4,7})\)?%?"
)
"""A figure in which a point can only begin decimals, or which has no mark between thousands."""
_COMMA_DECIMALS = re.compile(r"[-(]?(?:\d{1,3}(?:\.\d{3})+|\d+),(?:\d{1,2}|\d{4,})\)?%?")


@record
class Said:
    """A scale (`k`, `m`, `bn`) or a currency that a cell says."""

    what: str
    slot: Slot


def names_a_scale(text: str) -> bool:
    """Whether thousands, millions or the like are named anywhere in a text."""
    return _WORD_OF_SCALE.search(text) is not None


def scales(table: Table, head: int) -> list[Said]:
    """The scales that are said above the figures, each once."""
    found: dict[str, Said] = {}
    for slot in _above(table, head):
        for scale in _scales_of(slot.text, _SCALED):
            found.setdefault(scale, Said(scale, slot))
    return list(found.values())


def _scales_of(text: str, forms: Iterable[re.Pattern[str]]) -> list[str]:
    """The scales that a text says in one of these forms, or in another language."""
    matches = (match for form in forms for match in form.finditer(text))
    words = (m["scale"].lower() for m in matches if _is_code(**{k: m.groupdict().get(k) for k in ("code", "apart")}))
    found = list(dict.fromkeys(scale for word in words if (scale := _ALIAS.get(word) or UNITS.get(word))))
    elsewhere = next((scale for form, scale in _ELSEWHERE if form.search(text)), None)
    return found or ([elsewhere] if elsewhere else [])


def _is_code(code: str | None, apart: str | None) -> bool:
    """Whether three letters beside a scale are a currency, in small letters a usual one (`top` and `all` are words). Capitals that
    stand `apart` before a scale may be anything: `EBIT, TTM m`."""
    if code is None or code.upper() in CODES or code.upper() == "RMB":
        return True
    return code.isupper() and (bool(apart) or is_currency(code))


def scale_in(text: str) -> str | None:
    """The scale that a label says of its row: `Capex (bn)`, `Revenue, EUR m`, `Debt in thousands`."""
    forms = (*_SCALED, re.compile(rf"\bin\s+(?P<scale>{_SCALE})$", re.IGNORECASE))
    found = _scales_of(text, forms)
    return found.pop() if len(found) == 1 else None


def currency_in(text: str) -> str | None:
    """The currency that a label says of its row: `Net income (USD)`, `Revenue, EUR m`."""
    found = _codes_of(text)
    return found.pop() if len(found) == 1 else None


def _codes_of(text: str) -> set[str]:
    """The currencies that a text names, by their codes or otherwise."""
    codes = {code for code in _CODE.findall(text) if code in CODES}
    return codes | {code for form, code in _SYMBOLS if form.search(text)}


MINOR = re.compile(r"\b(?:cents?|pence|penny|GBX|GBp|ZAc|ILA|agorot|sen|paise)\b|¢")
"""Hundredths of a currency, as a label says them."""


def currencies(table: Table, head: int) -> list[Said]:
    """The currencies that are said above the figures beside a scale or alone, each once."""
    found: dict[str, Said] = {}
    for slot in _above(table, head):
        text = slot.text.strip()
        if len(text) == 3 or "currency" in text.lower() or _scales_of(text, _SCALED):
            for code in sorted(_codes_of(text)):
                found.setdefault(code, Said(code, slot))
    return list(found.values())


def _above(table: Table, head: int) -> Iterator[Slot]:
    """The cells above the figures: all rows down to the head, and rows of words alone right below it."""
    for number, row in enumerate(table.rows[: head + 3]):
        if number <= head or not any(re.search(r"\d", slot.text) for slot in row[1:]):
            yield from (slot for slot in row if not slot.blank)


_COMMA_SURE = re.compile(r"[-(]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,}))\)?")
"""A figure in which a comma can only begin decimals."""
_POINT_SURE = re.compile(r"[-(]?(?:\d{1,3}(?:,\d{3})+\.\d*|\d*\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3}){2,}|0\.\d+)\)?")
"""A figure in which a point begins decimals, or a comma parts thousands."""
_POINTS_PART = re.compile(r"[-(]?\d{1,3}(?:\.\d{3})+(?:,\d+)?\)?")
_COMMA_THREE = re.compile(r"[-(]?\d+,\d{3}\)?")
_AROUND_FIGURE = re.compile(r"^[$€£¥]\s*|\s*(?:%|pp|x|[$€£¥]|[A-Z]{3})$|(?<=\d)\s*(?:k|m|bn|tn|Mio\.?|Mrd\.?)$")


def proves_comma(table: Table, head: int) -> bool:
    """Whether the figures below the head prove that a comma begins their decimals: some can mean nothing else, and none
    anything else. `1.234` is then 1234 where a figure has both marks (`1.234,5`); else nobody can tell."""
    texts = (_bare(slot.text) for row in table.rows[head + 1 :] for slot in row if slot.text and not slot.exact)
    marked = [text for text in texts if "," in text or "." in text]
    if not any(_COMMA_SURE.fullmatch(text) for text in marked) or any(_POINT_SURE.fullmatch(text) for text in marked):
        return False
    known = (_COMMA_SURE, _POINTS_PART, _COMMA_THREE)
    if any(
        re.fullmatch(r"[-(]?[\d.]*\d,[\d.,]*\)?", t) and not any(form.fullmatch(t) for form in known) for t in marked
    ):
        return False
    parted = [text for text in marked if _POINTS_PART.fullmatch(text)]
    return not parted or any("," in text for text in parted)


def _bare(text: str) -> str:
    """A figure without what stands around it: a sign of a currency, a unit."""
    plain = " ".join(text.replace("\u00a0", " ").replace("−", "-").split())
    return _AROUND_FIGURE.sub("", _AROUND_FIGURE.sub("", plain))


@record
class Doubt:
    """Figures whose points or commas may be of either kind: how many, and the first."""

    slot: Slot
    count: int


def doubtful(table: Table, head: int, known: bool = False) -> Doubt | None:
    """Texts below the head that show that a comma may begin decimals here, so that `1.234` may be 1234; where the layout is
    not `known`, also figures that all have a point before three digits, and nothing that shows how decimals are written."""
    texts = [slot for row in table.rows[head + 1 :] for slot in row if slot.text and not slot.exact]
    commas = [slot for slot in texts if _COMMA_DECIMALS.fullmatch(slot.text.strip())]
    points = [slot for slot in texts if _POINT_GROUPS.fullmatch(slot.text.strip())]
    if points and (commas or table.semicolons):
        return Doubt(points[0], len(points) + len(commas))
    if points and not known and not any(_SHOWS_A_POINT.fullmatch(slot.text.strip()) for slot in texts):
        return Doubt(points[0], len(points))
    return Doubt(commas[0], len(commas)) if commas else None
