"""A template of an analyst's prints what it reads, and can do nothing else; what ships prints the same in its company."""

# ruff: noqa: E501
from __future__ import annotations

import os
from pathlib import Path

import pytest

from dsl.text.diagnostics import Diagnostic
from evaluator.render import page, ready_made
from evaluator.render.page import Format, render
from evaluator.render.templating import sandbox
from evaluator.render.templating.faults import filled_in
from evaluator.render.templating.loading import TwoFolders
from evaluator.schema.report import Report
from tests.evaluator.report.test_golden import report

FORMATS: tuple[Format, ...] = ("html", "md")


@pytest.fixture(scope="module")
def result() -> Report:
    return report("alibaba", "2026-05-14")


def filled(result: Report, folder: Path, text: str, form: Format = "md", seconds: float = 5) -> str | Diagnostic:
    """What a memo of one text gives."""
    (folder / f"memo.{form}.j2").write_text(text, encoding="utf-8")
    page._environment.cache_clear()
    return filled_in(
        lambda: render(result, form, folder), folder, TwoFolders(folder, page.bundled()).list_templates, seconds
    )


def test_what_ships_prints_the_same_in_the_sandbox(
    result: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the templates as they are compiled ahead, and without."""
    plain = {form: render(result, form) for form in FORMATS}
    page._environment.cache_clear()
    assert {form: render(result, form, tmp_path) for form in FORMATS} == plain
    monkeypatch.setattr(ready_made, "shipped", lambda: None)
    page._environment.cache_clear()
    assert {form: render(result, form, tmp_path) for form in FORMATS} == plain
    page._environment.cache_clear()


WORKS = {
    '{% extends "shipped/memo.md.j2" %}{% block footer %}END{% endblock %}': "END\n",
    '{% extends "shipped/memo.md.j2" %}{% block masthead %}TOP{% endblock %}': "TOP",
    '{% for f in r.facts[:2] %}{{ loop.cycle("odd", "even") ~ "-" }}{% endfor %}': "odd-even-\n",
    "{{ r.facts|map(attribute='kind')|unique|sort|first }}": "claim\n",
    "{{ [1, 2, 3]|sum }} {{ 2 * 3 + 2 ** 3 - 7 // 2 }} {{ 7 % 4 }}": "6 11 3\n",
    "{{ 'a' ~ 1 ~ 'b' }} {{ ['x', 'y']|join(', ') }} {{ 'a' + 'b' }} {{ ([1] + [2])|length }}": "a1b x, y ab 2\n",
    "{% set n = namespace(count=0) %}{% for f in r.facts %}{% set n.count = n.count + 1 %}{% endfor %}{{ n.count == r.facts|length }}": "True\n",
    "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{{ twice('ab') }}": "abab\n",
    "{% import 'partials/parts.md.j2' as parts %}{{ parts.holds is defined }}": None,
    "{{ r.title.upper() == r.title|upper }} {{ r.as_of.isoformat() }} {{ r.as_of.year }}": "True 2026-05-14 2026\n",
    "{{ {'a': 1}.get('a') }} {{ {'a': 1}.items()|list|length }} {{ range(3)|list|length }}": "1 1 3\n",
    "{{ 41600000000|money('CNY') }} {{ 0.38|delta(0.352, 'percent') }} {{ 0.6231|percent }}": "41.6bn CNY +2.8pp 62%\n",
}
"""What an analyst writes: the end of what it prints, or what it begins with."""


@pytest.mark.parametrize("text", WORKS)
def test_what_an_analyst_writes_works(text: str, result: Report, tmp_path: Path) -> None:
    found = filled(result, tmp_path, text)
    assert isinstance(found, str), found
    wanted = WORKS[text]
    assert wanted is None or found.endswith(wanted) or found.startswith(wanted)


REFUSED = {
    # Python behind the values
    "{{ r.__class__ }}": "cannot read `__class__`",
    "{{ ''.__class__.__mro__ }}": "cannot read",
    "{{ r|map(attribute='__class__')|list }}": "print its items",
    "{{ r|map(attribute='__class__')|join }}": "cannot read",
    "{{ r.facts }}": "print its items",
    "{{ r.facts[0] }}": "name the one to print",
    "{{ strip }}": "no text",
    "{{ r.facts|map('upper') }}": "no text",
    "{{ [r]|map(attribute='__class__.__mro__')|list }}": "cannot read",
    "{{ r['__class__'] }}": "cannot read `__class__`",
    "{{ r.model_dump_json() }}": "cannot read `model_dump_json`",
    "{{ r.model_copy(update={'title': 'x'}).title }}": "cannot read `model_copy`",
    "{{ r.model_fields }}": "cannot read `model_fields`",
    "{{ r.title.format(r) }}": "cannot read `format`",
    "{{ '{0.__class__}'.format(r) }}": "cannot read `format`",
    "{{ r.title.join(['a']) }}": "cannot read `join`",
    "{{ r.as_of.strftime('%99999999d') }}": "cannot read `strftime`",
    "{{ r.facts.append(1) }}": "cannot read `append`",
    "{{ self._TemplateReference__context }}": "cannot read",
    "{{ cycler.__init__.__globals__ }}": "cannot read",
    "{{ strip.__globals__ }}": "cannot read",
    "{{ joiner.__init__ }}": "cannot read",
    "{{ lipsum(n=99999999) }}": "there is no `lipsum` here",
    "{{ dict['__class__'] }}": "there is no `dict` here",
    "{{ open('/etc/passwd') }}": "there is no `open` here",
    "{{ config }}": "there is no `config` here",
    "{{ r.title() }}": "cannot call",
    # files
    "{% include '/etc/passwd' %}": "no template",
    "{% include '../secret.j2' %}": "no template",
    "{% include 'secret.txt' %}": "no template",
    "{% include 'link.j2' %}": "no template",
    "{% import 'shipped/../../pyproject.toml' as x %}": "no template",
    # escaping
    "{{ r.title|safe }}": "no filter `safe`",
    "{% autoescape false %}{{ r.title }}{% endautoescape %}": "escaping cannot be switched off",
    "{{ ['<b>']|map('safe')|join }}": "no filter `safe`",
    "{{ r|attr('__class__') }}": "no filter `attr`",
    "{{ 'x'|center(999999999) }}": "no filter `center`",
    "{{ '%999999999d'|format(1) }}": "no filter `format`",
    "{{ '%999999999d' % 1 }}": "is for numbers",
    "{{ [1,2]|random }}": "no filter `random`",
    # without end, or without measure
    "{{ 'a' * 999999999 }}": "is for numbers",
    "{{ [1] * 999999999 }}": "is for numbers",
    "{{ 10 ** 999999999 }}": "too great",
    "{{ 10 ** 90 ** 90 }}": "too great",
    "{{ range(999999999)|list }}": "Range too big",
    "{% set r = range(15000)|list %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}": "longer than",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}": "longer than",
    "{% set n = namespace(t='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.t = n.t ~ n.t %}{% endfor %}": "a text of more",
    "{% set n = namespace(t='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.t = n.t + n.t %}{% endfor %}": "a text of more",
    "{% set n = namespace(t=[1,2]) %}{% for i in range(99) %}{% set n.t = n.t + n.t %}{% endfor %}": "a list of more",
    "{% set n = namespace(t='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.t = n.t|replace('a', 'aa') %}{% endfor %}": "a text of more",
    "{% set n = namespace(t='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.t = [n.t, n.t]|join %}{% endfor %}": "a text of more",
    "{% set n = namespace(t='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.t %}{{ n.t }}{{ n.t }}{% endset %}{% endfor %}": "a text of more",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}": "longer than",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}": "without end",
    "{% extends 'memo.md.j2' %}": "without end",
    "{% for n in [1] recursive %}{{ loop([1]) }}{% endfor %}": "without end",
    "{% for i in range(9999) %}{{ range(90000)|list|length }}{% endfor %}": "longer than",
}  # fmt: skip
"""What a template of somebody's may try, and a word of the finding."""


def test_what_a_template_may_not_do_is_refused_at_its_line(result: Report, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (tmp_path / "secret.j2").write_text("SECRET", encoding="utf-8")
    (folder / "secret.txt").write_text("SECRET", encoding="utf-8")
    os.symlink(tmp_path / "secret.j2", folder / "link.j2")
    for text, words in REFUSED.items():
        found = filled(result, folder, f"\n\n{text}\n", seconds=0.1)
        assert isinstance(found, Diagnostic), (text, found[:200])
        assert found.code == "C030"
        assert words in f"{found.message}; {found.hint}", (text, found)
        assert found.span is not None, (text, found)
        assert found.span.source.path.endswith("memo.md.j2"), (text, found)
        assert found.span.source.position(found.span.start)[0] == 3, (text, found)


def test_a_template_that_includes_itself_ends(result: Report, tmp_path: Path) -> None:
    found = filled(result, tmp_path, "{% include 'memo.md.j2' %}")
    assert isinstance(found, Diagnostic)
    assert "without end" in found.message


def test_what_is_nested_too_deep_is_a_finding(result: Report, tmp_path: Path) -> None:
    loops = "{% for a in [1] %}" * 25 + "x" + "{% endfor %}" * 25
    for text, words in ((loops, "nested too deep"), ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "")):
        found = filled(result, tmp_path, text)
        assert isinstance(found, Diagnostic)
        assert words in found.message


@pytest.mark.parametrize(
    ("text", "line", "words", "mend"),
    [
        ("{{ r.nothing }}", 1, "this has no `nothing`", "docs/templates.md"),
        ("\n{{ r.titel }}", 2, "this has no `titel`", ""),
        ("{{ nothing }}", 1, "there is no `nothing` here", ""),
        ("\n\n{% for f in r.facts %}", 3, "Unexpected end of template", ""),
        ("{% blok x %}{% endblok %}", 1, "encountered unknown tag `blok`", ""),
        ("{{ 0.5|percnt }}", 1, "no filter `percnt`", "did you mean `percent`"),
        ("{% include 'partials/fact.md.j2' %}", 1, "no template", "did you mean `partials/facts.md.j2`"),
        ("{{ 1 / 0 }}", 1, "division by zero", ""),
        ("{{ 'a'|delta('b', 'percent') }}", 1, "a number is needed", ""),
        ("{{ 1|money }}", 1, "money needs a currency", ""),
    ],
)
def test_a_slip_is_said_in_plain_words(
    text: str, line: int, words: str, mend: str, result: Report, tmp_path: Path
) -> None:
    found = filled(result, tmp_path, text)
    assert isinstance(found, Diagnostic)
    assert words.lower() in found.message.lower()
    assert mend in (found.hint or "")
    assert found.span is not None
    assert found.span.source.position(found.span.start)[0] == line


def test_what_facts_say_is_escaped_and_never_filled_in(result: Report, tmp_path: Path) -> None:
    hostile = result.model_copy(update={"title": "<script>alert(1)</script>{{ 7 * 7 }}"})
    text = "{% set t %}{{ r.title }}{% endset %}{{ t }}|{{ r.title }}|{{ r.title ~ '' }}|{{ [r.title]|join }}|{{ r.title|striptags }}"
    found = filled(hostile, tmp_path, text, "html")
    assert isinstance(found, str)
    assert "<script>" not in found
    assert "49" not in found
    assert found.count("{{ 7 * 7 }}") == 5


def test_a_mistake_of_ours_is_no_finding(tmp_path: Path) -> None:
    def broken() -> str:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        filled_in(broken, tmp_path, list)


def test_the_clock_is_of_one_filling_in_alone() -> None:
    """What is done outside is not counted, and the next begins anew."""

    def turns() -> None:
        for _ in range(10_000):
            sandbox._turn()

    with sandbox.bounded(0.0), pytest.raises(sandbox.TooMuchError):
        turns()
    turns()


def test_a_section_of_an_analysts_is_held_wherever_it_is_asked_for(result: Report, tmp_path: Path) -> None:
    """What ships runs freely beside it; what lies nearer takes the place of a section, of a part of one, and of a macro."""
    page._environment.cache_clear()
    (tmp_path / "partials").mkdir()
    section = tmp_path / "partials" / "facts.md.j2"
    known = TwoFolders(tmp_path, page.bundled()).list_templates

    def made() -> str | Diagnostic:
        return filled_in(lambda: render(result, "md", tmp_path), tmp_path, known)

    section.write_text("MINE {{ r.facts|length }}\n{% include 'shipped/partials/facts.md.j2' %}\n", encoding="utf-8")
    found = made()
    assert isinstance(found, str)
    plain = render(result, "md")
    head, mine, tail = found.partition(f"MINE {len(result.facts)}\n")
    assert mine
    assert head + tail == plain
    for text in (
        "{{ r.__class__ }}",
        "{{ r.facts.clear() }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    ):
        section.write_text(f"{text} ", encoding="utf-8")
        os.utime(section, ns=(0, hash(text) % 10**15))
        refused = filled_in(lambda: render(result, "md", tmp_path), tmp_path, known, 0.1)
        assert isinstance(refused, Diagnostic), text
        assert refused.span is not None
        assert refused.span.source.path.endswith("partials/facts.md.j2")
    section.unlink()
    assert made() == plain, "what was taken away no longer counts"
