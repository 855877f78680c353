"""Facts files of every kind with whatever people, vendors and strangers put into them: each gives a company, or sentences
with their places; and what an import writes, a report reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dsl.text.hidden import HIDDEN
from evaluator.readers.load import load
from tests.hostile.hostile import DAYS, HIDDEN_TEXTS, NUMBERS, ODD_TEXTS, keeps_the_law, something
from tests.support.command_line import HEAD, RULES

FIELDS = (
    "metric",
    "period",
    "value",
    "unit",
    "currency",
    "published",
    "kind",
    "source",
    "note",
    "url",
    "rank",
    "restates",
    "date",
)
GOOD: tuple[dict[str, str], ...] = (
    {"metric": "growth", "period": "2026-03-31", "value": "12%"},
    {"metric": "growth", "period": "Q3 FY2026", "value": "about 9% within 1pp"},
    {"metric": "margin", "date": "2026-03-31", "value": "8", "unit": "percent"},
    {"metric": "sales", "period": "FY2026", "value": "1.5", "unit": "billions", "currency": "CNY"},
    {"metric": "sales", "period": "9M 2025-12-31", "value": "1200", "unit": "millions"},
)
SAID = {
    "published": "2026-05-13",
    "kind": "reported",
    "source": "Results",
    "note": "",
    "url": "https://example.org",
    "rank": "primary",
}
ODD: dict[str, tuple[str, ...]] = {"value": NUMBERS, "period": DAYS, "date": DAYS, "published": DAYS}


def row(random: Random, odd: float) -> dict[str, str]:
    """A good row, of which a cell or two may be odd, missing, or of another column."""
    found = {**random.choice(GOOD), **SAID}
    while random.random() < odd:
        field = random.choice(list(found) if random.random() < 0.9 else FIELDS)
        if random.random() < 0.1:
            found.pop(field, None)
        else:
            found[field] = random.choice(ODD[field]) if field in ODD and random.random() < 0.6 else something(random)
    return found


def csv_file(random: Random, path: Path) -> None:
    separator = random.choice(",,,;\t")
    rows = [row(random, 0.3) for _ in range(random.randrange(1, 5))]
    head = (
        list({h: "" for one in rows for h in one}) if random.random() < 0.95 else [something(random) for _ in range(5)]
    )
    lines = [separator.join(head), *(separator.join(one.get(h, "") for h in head) for one in rows)]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))


def yaml_file(random: Random, path: Path) -> None:
    def quoted(text: str) -> str:
        return random.choice(
            (json.dumps(text), text, json.dumps(text, ensure_ascii=False), json.dumps(text, ensure_ascii=False))
        )

    lines = []
    for key in ("name", "ticker", "currency", "fiscal_year_ends"):
        good = {"name": "Acme", "ticker": "ACME", "currency": "CNY", "fiscal_year_ends": "03-31"}[key]
        if random.random() < 0.99:
            lines.append(f"{key}: {good if random.random() < 0.97 else quoted(something(random))}")
    lines.append("facts:")
    for _ in range(random.randrange(1, 4)):
        one = row(random, 0.3)
        one["value"] = one.get("value", "") + {"percent": "%", "billions": "bn", "millions": "m"}.get(
            one.pop("unit", ""), ""
        )
        one.pop("currency", None)
        lines.append(f"  {quoted(one.pop('metric', 'growth'))}:")
        pairs = ", ".join(f"{key if random.random() < 0.99 else quoted(something(random))}: {quoted(text)}" for key, text in one.items())  # fmt: skip
        lines.append(f"    - {{{pairs}}}")
    if random.random() < 0.2:
        lines += ["exchange_rates:", f"  - {{of: USD, to: CNY, date: {random.choice(DAYS)}, value: {random.choice(NUMBERS)},"
                  f" published: {random.choice(DAYS)}, source: {quoted(something(random))}}}"]  # fmt: skip
    if random.random() < 0.1:
        lines += ["files:", f"  {quoted(something(random))}: {{decimal: {quoted(something(random))}}}"]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))


def json_file(random: Random, path: Path) -> None:
    def number() -> Any:
        return random.choice(
            (
                1,
                2.5,
                -3,
                0,
                1e308,
                -1e308,
                10**400,
                10**20,
                5e-324,
                True,
                None,
                "12",
                "x",
                [1],
                float("nan"),
                float("inf"),
            )
        )

    def day() -> Any:
        return (
            random.choice(("2026-03-31", "2026-05-13", "2025-04-01"))
            if random.random() < 0.85
            else random.choice((*DAYS, 5, None))
        )

    def item() -> dict[str, Any]:
        good = {
            "start": "2025-04-01",
            "end": "2026-03-31",
            "val": 5,
            "accn": "0001-26-1",
            "form": "10-K",
            "filed": "2026-05-13",
        }
        changed = {
            "start": day,
            "end": day,
            "val": number,
            "filed": day,
            "accn": lambda: something(random),
            "form": lambda: something(random),
        }
        return {k: changed[k]() if random.random() < 0.15 else v for k, v in good.items() if random.random() < 0.98}

    names = (
        "Revenues",
        "EarningsPerShareDiluted",
        "StockholdersEquityNoteStockSplitConversionRatio1",
        "Assets",
        something(random),
    )
    units = ("USD", "USD/shares", "pure", "CNY", something(random))
    concepts = {
        random.choice(names): {"units": {random.choice(units): [item() for _ in range(random.randrange(6))]}}
        for _ in range(3)
    }
    found: Any = {"cik": 123, "entityName": "Acme", "facts": {"us-gaap": concepts}}
    if random.random() < 0.2:
        found[random.choice(("cik", "entityName", "facts"))] = random.choice(
            (something(random), 5, None, [], {}, {"us-gaap": 3}, "٣")
        )
    path.write_text(json.dumps(found), encoding="utf-8")


def parquet_file(random: Random, path: Path) -> None:
    import datetime as dt

    import polars as pl

    one: dict[str, Any] = row(random, 0.2)
    odd = random.choice(list(one))
    if random.random() < 0.7:
        one[odd] = random.choice(
            (True, 5, 1e308, float("inf"), float("nan"), 10**18, b"\xff\xfe", dt.time(12), dt.timedelta(1), dt.date(1, 1, 1), dt.date(9999, 12, 31),
             dt.datetime(2026, 3, 31), dt.datetime(2026, 3, 31, 12), ["a"], [1, 2], {"a": 1}, None, [], dt.date(2026, 3, 31))
        )  # fmt: skip
    try:
        pl.DataFrame({key: [value] for key, value in one.items()}).write_parquet(path)
    except (UnicodeEncodeError, pl.exceptions.PolarsError):
        path.write_bytes(b"PAR1" + random.randbytes(50) + b"PAR1")


def xlsx_file(random: Random, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, one in enumerate([dict(zip(FIELDS, FIELDS, strict=True)), *(row(random, 0.3) for _ in range(3))]):
            for column, field in enumerate(FIELDS):
                text = one.get(field, "").encode("utf-8", "replace").decode()[:30_000]
                if random.random() < 0.02 and at:
                    sheet.write(at, column, random.choice((True, 5, 1e308, 0.12, -1e-300, "=1/0", "=A1")))
                else:
                    sheet.write_string(at, column, text)


KINDS: dict[str, Callable[[Random, Path], None]] = {
    "csv": csv_file,
    "yaml": yaml_file,
    "json": json_file,
    "parquet": parquet_file,
    "xlsx": xlsx_file,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.thesis").write_text(RULES, encoding="utf-8")
    (tmp_path / "head.yaml").write_text(HEAD + "  {}\n", encoding="utf-8")
    return tmp_path


def tried(kind: str, seed: int, count: int) -> None:
    random = Random(f"{kind}{seed}")
    for n in range(count):
        made = Path(f"made.{kind}")
        KINDS[kind](random, made)
        heads = (
            []
            if kind == "yaml"
            else ["--name", "Acme", "--reports-in", "CNY", "--fiscal-year-ends", "03-31", "--for", "ACME"]
        )
        said = (
            ["--source", "Vendor", "--published", "2026-05-13", "--kind", "reported"] if random.random() < 0.5 else []
        )
        ran = keeps_the_law("facts", "import", str(made), "--to", "kept.yaml", "--replace", *heads, *said)
        if ran.status == 0:
            company, problems = load([Path("kept.yaml")])
            assert company is not None, (seed, n, problems, Path("kept.yaml").read_text("utf-8"))
            keeps_the_law("facts", "show", "kept.yaml", "--rules", "small.thesis", "--as-of", "2026-06-01")
            keeps_the_law("report", "small", "--facts", "kept.yaml", "--as-of", "2026-06-01")
        if random.random() < 0.3:
            keeps_the_law("report", "small", "--facts", str(made), "--facts", "head.yaml", "--for", "ACME", "--as-of", "2026-06-01",
                          "--format", random.choice(("json", "md")))  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_every_kind(folder: Path, kind: str) -> None:
    tried(kind, 0, 30)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 41))
@pytest.mark.parametrize("kind", KINDS)
def test_eight_thousand_files(folder: Path, kind: str, seed: int) -> None:
    tried(kind, seed, 40)


@pytest.mark.parametrize("text", HIDDEN_TEXTS)
@pytest.mark.parametrize("field", ["name", "ticker", "currency", "metric", "value", "period", "source", "note"])
def test_hidden_characters_are_in_no_facts(folder: Path, field: str, text: str) -> None:
    """In YAML, wherever a text stands."""
    given = {
        "name": "Acme",
        "ticker": "ACME",
        "currency": "CNY",
        "metric": "growth",
        "value": "12%",
        "period": "FY2026",
        "source": "R",
        "note": "n",
    }
    given[field] = text
    head = "".join(f"{key}: {json.dumps(given[key])}\n" for key in ("name", "ticker", "currency"))
    fact = ", ".join(f"{key}: {json.dumps(given[key])}" for key in ("value", "period", "source", "note"))
    body = f"fiscal_year_ends: 03-31\nfacts:\n  {json.dumps(given['metric'])}:\n    - {{{fact}, published: 2026-05-13, kind: reported}}\n"
    Path("made.yaml").write_text(head + body, encoding="utf-8")
    company, problems = load([Path("made.yaml")])
    assert company is None
    assert any(d.is_error for d in problems)
    keeps_the_law("facts", "check", "made.yaml", "--rules", "small.thesis")


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_come_back_as_they_were(folder: Path, text: str) -> None:
    """What is no more than odd is kept as it is: an import and its file say the same."""
    source = json.dumps(text or "x", ensure_ascii=False)
    fact = f"value: 12%, period: FY2026, source: {source}, published: 2026-05-13, kind: reported"
    Path("made.yaml").write_text(HEAD + f"  growth:\n    - {{{fact}}}\n", encoding="utf-8")
    ran = keeps_the_law("facts", "import", "made.yaml", "--to", "kept.yaml")
    if ran.status == 0:
        (was, _), (now, _) = load([Path("made.yaml")]), load([Path("kept.yaml")])
        assert was is not None
        assert now is not None
        assert now.facts[0].source == was.facts[0].source
    else:
        assert not text.strip(), ran.err


@pytest.mark.parametrize("value", ["!!python/object/apply:os.system [touch made]", "!!str 12%", "&a 12%", "*a", "!own 12%", "{<<: *a}",
                                   "!!binary aGk=", "!!timestamp 2026-03-31"])  # fmt: skip
@pytest.mark.parametrize("field", ["value", "source", "period", "note"])
def test_yaml_builds_nothing(folder: Path, field: str, value: str) -> None:
    """No tag, anchor or alias is taken, wherever it stands."""
    given = {
        "value": "12%",
        "period": "FY2026",
        "published": "2026-05-13",
        "kind": "reported",
        "source": "R",
        "note": "n",
        field: value,
    }
    fact = "".join(f"      {key}: {text}\n" for key, text in given.items())
    Path("made.yaml").write_text(HEAD + "  growth:\n    -\n" + fact, encoding="utf-8")
    company, problems = load([Path("made.yaml")])
    assert company is None
    assert any(d.is_error for d in problems)
    keeps_the_law("report", "small", "--facts", "made.yaml", "--as-of", "2026-06-01")
    assert not Path("made").exists()


TABLES = ("csv", "tsv", "xlsx", "parquet")
NOT_SEEN = (
    "\u061c",
    "\u00ad",
    "\u3164",
    "\u200d",
    "\u200b",
    "\U000e0041",
    "\u202e",
    "\u2028",
    "\x9b",
    "\ufeff",
    "\x1b[31m",
    "\u115f",
)


def table(kind: str, one: dict[str, str]) -> Path:
    """A row of a table in a file of a kind."""
    path = Path(f"made.{kind}")
    if kind == "parquet":
        import polars as pl

        pl.DataFrame({key: [value] for key, value in one.items()}).write_parquet(path)
    elif kind == "xlsx":
        import xlsxwriter

        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for column, (key, value) in enumerate(one.items()):
                sheet.write_string(0, column, key)
                sheet.write_string(1, column, value)
    else:
        mark = "," if kind == "csv" else "\t"
        path.write_text(mark.join(one) + "\n" + mark.join(one.values()) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize(
    "field", ["metric", "value", "period", "published", "kind", "source", "note", "unit", "currency"]
)
def test_hidden_characters_pass_through_no_reader(folder: Path, kind: str, field: str) -> None:
    """In a table of any kind: refused, or not in the facts; in no message and in no report."""
    given = {"metric": "growth", "value": "12", "unit": "%", "period": "FY2026", "published": "2026-05-13", "kind": "reported",
             "source": "R", "note": "n", "currency": ""}  # fmt: skip
    for sign in NOT_SEEN:
        text = given[field][:1] + sign + given[field][1:]
        made = table(kind, {**given, field: text})
        about = ("--name", "Acme", "--reports-in", "CNY", "--fiscal-year-ends", "03-31", "--for", "ACME")
        ran = keeps_the_law("facts", "import", str(made), "--to", "kept.yaml", "--replace", *about)
        assert ran.status != 0 or not HIDDEN.search(Path("kept.yaml").read_text("utf-8")), (sign, text)
        keeps_the_law(
            "report", "small", "--facts", str(made), "--facts", "head.yaml", "--for", "ACME", "--as-of", "2026-06-01"
        )


@pytest.mark.parametrize("sign", NOT_SEEN, ids=ascii)
@pytest.mark.parametrize("where", ["title", "name", "word", "source", "comment", "outcome"])
def test_hidden_characters_are_in_no_rules(folder: Path, where: str, sign: str) -> None:
    title, name, word, source, comment, outcome = (part + (sign if at == where else "") for at, part in (
        ("title", "G"), ("name", "growth"), ("word", "percent"), ("source", "Us"), ("comment", "said"), ("outcome", "Buy")))  # fmt: skip
    rules = (f'rules odd "Odd"\ninput {name} "{title}" : {word}\nparam enough "E" = 10% source "{source}"  # {comment}\n'
             f'verdict v "V"\n  when growth > enough then "{outcome}" bullish\n  otherwise "Wait" neutral\n')  # fmt: skip
    Path("odd.thesis").write_text(rules, encoding="utf-8")
    ran = keeps_the_law("check", "odd.thesis")
    assert ran.status != 0, rules
