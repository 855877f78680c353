"""The shipped templates are those of the project, and without them nothing changes but the time; threads share them."""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jinja2
import pytest

from evaluator.render import compile_templates, page, ready_made
from evaluator.render.compare import environment_of_grid
from evaluator.render.page import Format, render
from evaluator.render.ready_made import TABLE
from evaluator.render.text import escape_md
from evaluator.schema.report import Report
from tests.evaluator.report.test_golden import report
from tests.paths import ROOT

REAL = TABLE.read_bytes()
FORMATS: tuple[Format, ...] = ("html", "md")
HURT = {
    "no table": None,
    "an empty one": b"",
    "cut off": REAL[:4000],
    "a byte changed": REAL[:4000] + b"\0" + REAL[4001:],
    "no JSON": zlib.compress(b"[[["),
    "a list": zlib.compress(b"[1, 2]"),
    "no seal": zlib.compress(b"{}"),
    "another seal": zlib.compress(b'{"seal": "0", "templates": {}}'),
    "no templates": zlib.compress(json.dumps({"seal": ready_made.seal()}).encode()),
    "other templates": zlib.compress(json.dumps({"seal": ready_made.seal(), "templates": {"md": [1]}}).encode()),
}


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Environments of this test alone."""
    forget()
    yield
    forget()


def forget() -> None:
    page._environment.cache_clear()
    environment_of_grid.cache_clear()


@pytest.fixture(scope="module")
def result() -> Report:
    return report("alibaba", "2026-05-14")


def test_the_shipped_templates_are_those_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails: `make templates`. The version of jinja2 is the one that made it, whichever runs here."""
    table = json.loads(zlib.decompress(REAL))
    monkeypatch.setattr(jinja2, "__version__", table["jinja2"])
    assert table["seal"] == ready_made.seal()
    for form in FORMATS:
        memo = page.environment(form, page.bundled())
        here = {
            n
            for n in memo.list_templates()
            if n.endswith(f".{form}.j2") or (form == "html" and (".css." in n or ".js." in n))
        }
        assert set(table["templates"][form]) == here
        for name, (checksum, _) in table["templates"][form].items():
            text = (page.bundled() / name).read_text("utf-8")
            assert checksum == ready_made.ReadyMade({}).get_source_checksum(text), name


def test_the_code_is_what_jinja2_makes() -> None:
    table = json.loads(zlib.decompress(REAL))
    if table["jinja2"] != jinja2.__version__:
        pytest.skip(f"made by jinja2 {table['jinja2']}, and this is {jinja2.__version__}")
    assert json.loads(json.dumps(compile_templates.table())) == table


def test_the_shipped_templates_are_used(result: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    if ready_made.shipped() is None:
        pytest.skip("made by another jinja2")

    def compiled(*_: Any, **__: Any) -> None:
        pytest.fail("compiled anew")

    monkeypatch.setattr(jinja2.Environment, "compile", compiled)
    for form in FORMATS:
        assert render(result, form)


@pytest.mark.parametrize("hurt", HURT)
def test_without_them_pages_are_the_same(
    hurt: str, result: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pages = [render(result, form) for form in FORMATS]
    for name in ready_made._FOLDED:
        shutil.copy(TABLE.with_name(name), tmp_path / name)
    data = HURT[hurt]
    if data is not None:
        (tmp_path / TABLE.name).write_bytes(data)
    monkeypatch.setattr(ready_made, "TABLE", tmp_path / TABLE.name)
    forget()
    assert [render(result, form) for form in FORMATS] == pages
    assert ready_made.ready_made("html") is None


def test_a_changed_filter_is_not_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What filters give for constants stands in the table, so that it is no use once they change."""
    for name in ready_made._FOLDED:
        shutil.copy(TABLE.with_name(name), tmp_path / name)
    shutil.copy(TABLE, tmp_path / TABLE.name)
    monkeypatch.setattr(ready_made, "TABLE", tmp_path / TABLE.name)
    assert (ready_made.shipped() is None) == (json.loads(zlib.decompress(REAL))["jinja2"] != jinja2.__version__)
    with (tmp_path / "text.py").open("a", encoding="utf-8") as text:
        text.write("# changed\n")
    assert ready_made.shipped() is None


def test_a_template_of_the_users_own_counts(result: Report, tmp_path: Path) -> None:
    """A folder of the user's, with one template changed; changed once more, it is read once more."""
    folder = tmp_path / "templates"
    shutil.copytree(page.bundled(), folder)
    memo = folder / "memo.md.j2"
    memo.write_text("Mine: {{ r.title }}\n", encoding="utf-8")
    assert render(result, "md", folder) == f"Mine: {escape_md(result.title)}\n"
    assert render(result, "html", folder) == render(result, "html")
    memo.write_text("Changed and longer: {{ r.title }}\n", encoding="utf-8")
    changed = memo.stat().st_mtime + 5
    os.utime(memo, (changed, changed))
    assert render(result, "md", folder) == f"Changed and longer: {escape_md(result.title)}\n"


def test_a_mistake_in_a_template_has_its_line(result: Report, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(page.bundled(), folder)
    (folder / "memo.md.j2").write_text("\n\n{{ r.nothing }}\n", encoding="utf-8")
    with pytest.raises(jinja2.UndefinedError, match="nothing") as found:
        render(result, "md", folder)
    assert any(entry.path.name == "memo.md.j2" and entry.lineno == 2 for entry in found.traceback)


def test_threads_share_what_is_compiled(result: Report) -> None:
    pages = {form: render(result, form) for form in FORMATS}
    forget()
    with ThreadPoolExecutor(16) as threads:
        forms = [FORMATS[n % 2] for n in range(64)]
        assert all(
            found == pages[form]
            for form, found in zip(forms, threads.map(lambda f: render(result, f), forms), strict=True)
        )


@pytest.mark.parametrize("kind", ["html", "md"])
def test_every_macro_that_a_template_asks_for_is_there(kind: str) -> None:
    """One that is missing is met only by the report that has something to say with it."""
    templates = {path: path.read_text("utf-8") for path in (ROOT / "templates").rglob(f"*.{kind}.j2")}
    (parts,) = (text for path, text in templates.items() if path.name == f"parts.{kind}.j2")
    there = set(re.findall(r"\{%-? macro (\w+)\(", parts))
    asked = {name for text in templates.values() for name in re.findall(r"\bparts\.(\w+)\(", text)}
    assert asked
    assert asked <= there, sorted(asked - there)
