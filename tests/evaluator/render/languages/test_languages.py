"""Each language says all that the program says, figures mean in each what they mean in English, and rules are translated by
a file beside them that is held to their names."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from evaluator.render import page
from evaluator.render import text as render_text
from evaluator.render.languages import catalogue, writing
from evaluator.render.languages.catalogue import MissingMessageError, codes, language, places
from evaluator.render.languages.telling import Told, made
from evaluator.render.languages.translation import (
    NOTHING,
    Ruled,
    beside,
    in_language,
    read_translation,
    said_in,
    speech,
)
from evaluator.render.languages.writing import figure, number
from evaluator.render.page import Format, render
from evaluator.schema.parts import Shown
from evaluator.session import service
from evaluator.session.run import Run
from tests.evaluator.report.test_golden import report
from tests.paths import ROOT
from tests.support.command_line import call, whatever_happens

ZH = language("zh")
FORMATS: tuple[Format, ...] = ("html", "md")
PAGES_OF_A_MEMO: tuple[Literal["memo", "brief"], ...] = ("memo", "brief")
OTHERS = tuple(code for code in codes() if code != "en")


@pytest.fixture(scope="module")
def run() -> Run:
    found = service.evaluate("alibaba", None, dt.date(2026, 5, 14), places=service.library_at(()))
    assert isinstance(found, service.Evaluated)
    return found.run


def said_in_code() -> set[str]:
    """Each text of `say` and `noted` in the modules that make what people read, and of `text` in those of languages."""
    found: set[str] = set()
    makers = (*(ROOT / "evaluator/render").rglob("*.py"), ROOT / "evaluator/commands/portable.py")
    for path in makers:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                for argument in _texts_of(node, "languages" in path.parts):
                    found |= {
                        c.value for c in ast.walk(argument) if isinstance(c, ast.Constant) and isinstance(c.value, str)
                    }
    return found


def _texts_of(call: ast.Call, of_languages: bool) -> list[ast.expr]:
    """Where a call has a text of the program: `say("…")`, `noted("…")`, `map(noted, ("…", "…"))`, `language.text("…")`."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in ("say", "noted") or (name == "text" and of_languages):
        return call.args[:1]
    first = call.args[0] if call.args else None
    return call.args[1:] if name == "map" and isinstance(first, ast.Name) and first.id in ("say", "noted") else []


def said_in_templates() -> set[str]:
    """Each text in `_("…")` and `{% trans %}`."""
    found: set[str] = set()
    for form in FORMATS:
        jinja = page.environment(form, page.bundled())
        for name in jinja.list_templates():
            source = (page.bundled() / name).read_text("utf-8")
            for _, _, message in jinja.extract_translations(source) if name.endswith(".j2") else ():
                texts = message if isinstance(message, tuple) else (message,)
                found |= {text.replace("%%", "%") for text in texts if text}
    return found


def needed() -> set[str]:
    return said_in_code() | said_in_templates() | {section.title for section in page.SECTIONS}


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_every_message_and_no_other(code: str) -> None:
    """If this fails: write what is missing into the message file of the language."""
    spoken = language(code)
    assert set(spoken.messages) == needed()
    for english, said in spoken.messages.items():
        assert places(said) == places(english), english
        assert said.strip()
    words = {
        t
        for path in (*(ROOT / "templates").rglob("*.j2"), *(ROOT / "evaluator/render").rglob("*.py"))
        for t in re.findall(
            r'(?:plural|counted)\((?:[^"()]*(?:\([^()]*\))?[^"()]*, )?"([a-z ]+)"\)', path.read_text("utf-8")
        )
    }
    assert words | {"week", "month", "quarter", "half", "year"} <= set(spoken.counts)
    assert all("{n}" in said for said in spoken.counts.values())
    tables = (render_text.STATE_MARKS, render_text.KILL_MARKS, render_text.CATALYST_LOOKS, render_text.STATUS_MARKS,
              render_text.TONE_MARKS, render_text.KIND_WORDS)  # fmt: skip
    assert {word for table in tables for word in table if word is not None} <= set(spoken.terms)


def test_a_message_that_is_missing_is_an_error() -> None:
    for ask in (ZH.text, ZH.term, lambda word: ZH.count("2", word)):
        with pytest.raises(MissingMessageError):
            ask("nothing of the kind")
    assert language("en").text("anything") == "anything"
    assert [language("en").count(n, "day") for n in ("0", "1", "2")] == ["0 days", "1 day", "2 days"]
    with pytest.raises(KeyError):
        language("xx")


@pytest.fixture
def as_for_a_user() -> Iterator[None]:
    """What a language does not have stands in English."""
    before = catalogue.strict(False)
    yield
    catalogue.strict(before)
    catalogue.missed()


@pytest.mark.usefixtures("as_for_a_user")
def test_for_a_user_the_english_stands() -> None:
    assert ZH.text("by %(day)s or so", day="Friday") == "by Friday or so"
    assert ZH.term("nothing of the kind") == "nothing of the kind"
    assert [ZH.count(n, "gizmo") for n in ("1", "2")] == ["1 gizmo", "2 gizmos"]
    assert made("Nothing of the kind is said", ZH) == "Nothing of the kind is said"
    texts = ("by %(day)s or so", "nothing of the kind", "gizmo", "Nothing of the kind is said")
    assert catalogue.missed() == tuple(("zh", text) for text in texts)
    assert catalogue.missed() == ()


@pytest.mark.usefixtures("as_for_a_user")
def test_an_analysts_own_words_stand_in_a_report_and_one_line_says_so(tmp_path: Path) -> None:
    """Words that a template of an analyst asks for, and the language does not have, end no run."""
    own = tmp_path / "memo.md.j2"
    own.write_text('{{ _("My own words") }} {{ _("My <other> words") }}\n', encoding="utf-8")
    asked = ["report", "alibaba", "--as-of", "2026-05-14", "--language", "zh", "--template", str(tmp_path)]
    ran = call(*asked)
    assert ran.status == 0, ran.err
    assert "My own words" in ran.out
    said = [line for line in ran.err.splitlines() if "left in English" in line]
    assert said == ["note: left in English, since --language zh has no words for it: 'My own words', and 1 more"]


WORDS = re.compile(r"[A-Za-z][A-Za-z'’-]+(?:,? [A-Za-z][A-Za-z'’-]+){2}")
"""Three words of English in a row."""
QUOTED = re.compile(
    r"<style.*?</style>|<code>.*?</code>|`[^`]*`|<title>[^<]* = .*?</title>| title=\"[^\"]*\"|</?[a-z!][^<>]*>"
    r"|(?:已公布|推算|估计|指引|管理层表述|来源)：[^；）？]*|thesis facts check[^\n<]*|(?:以|Alibaba Group)[^，]*计|数据项：[^。]*",
    re.DOTALL,
)
"""What is the rules' code, a command, or a source: those stay as they are."""


def english_in(memo: str, quoted: set[str]) -> set[str]:
    """Runs of English words in a memo, but for what is quoted."""
    return set(WORDS.findall(without(memo, quoted)))


def without(memo: str, quoted: set[str]) -> str:
    """A memo without what is quoted in it."""
    for attribute in re.findall(r'(?:aria|data)-label="([^"]*)"', memo):
        memo += f"\n{attribute}"
    for one in sorted(quoted, key=len, reverse=True):
        for form in (str(escape(one)), render_text.escape_md(one), one):
            memo = memo.replace(form, "")
    return QUOTED.sub("\n", memo)


@pytest.mark.parametrize("day", ["2026-05-14", "2024-03-01"])
def test_the_worked_example_has_no_sentence_of_english(day: str) -> None:
    """If this fails: a text of a template is not wrapped, one that the evaluation writes has no sentence in the message file,
    or the rules say something that their translation does not have."""
    found = service.evaluate("alibaba", None, dt.date.fromisoformat(day), places=service.library_at(()))
    assert isinstance(found, service.Evaluated)
    result = found.run.report()
    told, said = in_language(result, "zh", ROOT / "rules/alibaba.thesis", found.run.program)
    assert said == []
    quoted = {text for fact in result.facts for text in (fact.source, fact.note) if text}
    quoted |= {text for rate in result.exchange_rates for text in (rate.source, rate.note) if text}
    quoted |= {text for change in told.changes for text in (change.was, change.now) if text}
    for form in FORMATS:
        for which in PAGES_OF_A_MEMO:
            memo = render(told, form, language="zh", page=which)
            assert english_in(memo, quoted) == set(), (form, which)
    english = render(result, "md")
    assert english_in(english, quoted), "the same finds English where there is some"


def test_each_figure_of_a_sentence_keeps_what_stands_behind_it(run: Run) -> None:
    result = run.report()
    told, said = in_language(result, "zh", ROOT / "rules/alibaba.thesis", run.program)
    assert said == []
    pairs = [(a, b) for a, b in zip(result.conditions, told.conditions, strict=True) if a.because]
    assert len(pairs) > 10
    for before, after in pairs:
        assert after.because != before.because, before.because
        assert "".join(piece.text for piece in after.said) == after.because
        bound = [piece.names for piece in before.said if piece.names]
        assert sorted(map(str, bound)) == sorted(str(piece.names) for piece in after.said if piece.names), (
            before.because
        )


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("at least 41.6bn CNY", "至少416亿元"), ("113.5bn to 139bn USD", "1135亿至1390亿美元"), ("-46.609bn CNY", "−466.09亿元"),
        ("4.88", "4.88"), ("−0.5pp", "−0.5个百分点"), ("22x", "22倍"), ("unknown", "未知"), ("9,999 CNY", "9999元"),
        ("Growth A, quarter to 2026-03-31", "增长甲，截至2026-03-31的季度"), ("Growth A, FY2026", "增长甲，FY2026"),
        ("Growth A, Q3 FY2026", "增长甲，FY2026第3季度"), ("Growth A, H1 FY2026", "增长甲，FY2026上半年"),
        ("Growth A, 9M FY2026", "增长甲，FY2026前9个月"), ("Growth A, week to 2026-03-29", "增长甲，截至2026-03-29的一周"),
        ("quarter to 2026-03-31", "截至2026-03-31的季度"), ("for 8 quarters", "连续8个季度"), ("3 years", "3年"), ("May 2026", "2026年5月"),
        ("stale: 111 days old, and it counts for 1 quarter", "已过期：距今111天，有效期为1个季度"),
        ("204 days old, and it counts for 14", "距今204天，有效期为14天"),
        ("the newest is of the quarter to 2026-03-31", "最新一期为截至2026-03-31的季度"),
        ("unknown, says A: had 5bn CNY there", "未知（来源：A：had 5bn CNY there）"),
        ("至多5亿元 below", "低于阈值至少5亿元"), ("至少5亿元 above", "高于阈值至少5亿元"), ("5亿元至3亿元 below", "低于阈值5亿元至3亿元"),
        ("Growth A: true → unknown", "增长甲：成立 → 未知"), ("y/y growth of Growth A", "增长甲同比增速"),
        ("“Growth A” and not “Growth B”", "“增长甲”且非“Growth B”"), ("Growth B 5bn CNY", "Growth B 5bn CNY"),
        ("Only Growth A decides, due about 2026-06-10.", "仅由增长甲决定，预计2026-06-10前后公布。"),
    ],
)  # fmt: skip
def test_what_the_evaluation_writes_is_said_with_what_is_filled_in(english: str, chinese: str) -> None:
    titles = ("Growth A", "Growth B", "Growth B 5bn CNY")
    assert Told(ZH, {"Growth A": "增长甲"}, titles=titles).text(english) == chinese


@pytest.mark.parametrize(
    ("page_of", "chinese"),
    [
        ("**结论.** 增速: 38%, 高于 (> 5%)", "**结论。** 增速：38%，高于 (> 5%)"), ("<b>回答</b>: 是", "<b>回答</b>：是"),
        ("股价 (98天后), 见下", "股价（98天后），见下"), ("Alibaba: x, y. Net (a)", "Alibaba: x, y. Net (a)"),
        ("1. 甲 5.2 乙", "1. 甲 5.2 乙"),
        ("[新闻](https://a.b/c?d=(e),f)", "[新闻](https://a.b/c?d=(e),f)"),
        ('<a href="#x" title="a: b">丙</a>', '<a href="#x" title="a: b">丙</a>'),
    ],
)  # fmt: skip
def test_stops_are_those_of_the_language_and_nothing_else_is_touched(page_of: str, chinese: str) -> None:
    assert writing.punctuated(page_of, ZH) == chinese
    assert writing.punctuated(page_of, language("en")) == page_of


def test_each_sentence_of_a_language_has_its_places() -> None:
    for code in OTHERS:
        spoken = language(code)
        for english, said in (spoken.sentences | spoken.phrases).items():
            assert sorted(re.findall(r"\{(\w+)\}", english)) == sorted(re.findall(r"\{(\w+)\}", said)), english
            assert said.strip()


@pytest.mark.parametrize("day", ["2026-05-14", "2020-01-01"])
def test_a_memo_is_made_in_each_language(day: str) -> None:
    """A message that is missing anywhere in a memo raises here."""
    result = report("alibaba", day)
    for code in OTHERS:
        told, said = speech(code, None, Ruled({}, frozenset()))
        found = said_in(result, told)
        assert said == []
        for form in FORMATS:
            assert render(found, form, language=code)
    assert '<html lang="zh-Hans">' in render(found, "html", language="zh")
    assert render(result, "html", language="en") == render(result, "html")


@pytest.mark.parametrize(
    ("value", "unit", "signed", "text"),
    [
        (41.6e9, "CNY", False, "416亿元"), (243e9, "CNY", False, "2430亿元"), (86e6, "CNY", False, "8600万元"),
        (1.5e12, "USD", True, "+1.5万亿美元"), (9_999.99e4, "CNY", False, "1亿元"), (9_999, "CNY", False, "9999元"),
        (12_345, "count", False, "1.234万"), (0.38, "percent", False, "38%"), (-0.005, "pp", True, "−0.5个百分点"),
        (22, "multiple", False, "22倍"), (0, "CNY", True, "0元"), (-3e8, "XAU", False, "−3亿 XAU"), (1e-20, "CNY", True, "0元"),
    ],
)  # fmt: skip
def test_figures_in_chinese(value: float, unit: str, signed: bool, text: str) -> None:
    assert number(value, unit, signed) == text


@given(st.floats(1e-3, 1e15), st.sampled_from(["CNY", "count", "number"]))
@settings(max_examples=25, deadline=None)
def test_a_figure_in_chinese_is_the_same_figure(value: float, unit: str) -> None:
    """Read back, it is what it was but for the digits that are not shown."""
    text = number(value, unit).removesuffix("元")
    sizes = {word: size for size, word in writing.STEPS}
    word = next((w for w in ("万亿", "亿", "万") if text.endswith(w)), "")
    assert float(text.removesuffix(word)) * sizes.get(word, 1) == pytest.approx(value, rel=0.6e-3)


def test_what_is_not_known_is_said_so_in_every_language(run: Run) -> None:
    """Nothing that is unknown becomes a figure, and nothing known becomes unknown."""

    def shown(value: object) -> list[Shown]:
        if isinstance(value, Shown):
            return [value]
        if isinstance(value, list):
            return [one for item in value for one in shown(item)]
        fields = getattr(type(value), "model_fields", {})
        return [one for name in fields for one in shown(getattr(value, name))]

    for result in (run.report(), report("alibaba", "2020-01-01")):
        every = shown(result)
        assert len(every) > 50
        for one in every:
            text = figure(one, ZH)
            assert (text == "未知") == (one.text == "unknown"), one
            assert (text == "无意义") == (one.text in ("n.m.", "not meaningful")), one
            assert text.startswith("至少") == one.text.startswith("at least"), one
            assert text.startswith("至多") == one.text.startswith("at most"), one
            assert ("−" in text) == ("−" in one.text), one
    at_least = Shown(text="at least 1bn CNY", known=True, unit="CNY", low=1e9)
    assert figure(at_least, ZH) == "至少10亿元"
    assert (
        figure(Shown(text="113bn to 139bn CNY", known=True, unit="CNY", low=113e9, high=139e9), ZH)
        == "1130亿元至1390亿元"
    )


FILE = """\
titles:
  alibaba: 阿里巴巴：中国的AI基础设施
  cloud_growth: 云业务增速
  key_question: 关键问题
outcomes:
  Plausible: 有可能
sentences:
  "Demand is there; {cloud_path} of cloud revenue in three years is still to be earned.": 需求已在；三年后{cloud_path}的云收入仍有待实现。
"""


def test_rules_are_translated_by_the_file_beside_them(run: Run, tmp_path: Path) -> None:
    rules = tmp_path / "alibaba.thesis"
    assert beside(rules, ZH).name == "alibaba.zh.yaml"
    result = run.report()
    before = result.model_dump_json()
    name = next(iter(run.program.verdicts))
    (tmp_path / "alibaba.zh.yaml").write_text(FILE.replace("key_question", name), encoding="utf-8")
    found, said = in_language(result, "zh", rules, run.program)
    assert said == []
    assert result.model_dump_json() == before, "the result itself stays"
    assert found.title == "阿里巴巴：中国的AI基础设施"
    text = render(found, "md", language="zh")
    assert "**有可能**" in text
    assert "Plausible" not in text
    assert "需求已在；三年后3062亿元的云收入仍有待实现。" in text
    assert {c.name: c.state for c in found.conditions} == {c.name: c.state for c in result.conditions}
    assert [v.name for v in found.verdicts] == [v.name for v in result.verdicts]
    (tmp_path / "alibaba.zh.yaml").unlink()
    assert in_language(result, "zh", rules, run.program)[1] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("titles:\n  cloud_groth: x\n", "did you mean `cloud_growth`?"),
        ("title:\n  cloud_growth: x\n", "did you mean `titles`?"),
        ("titles:\n  cloud_growth:\n", "has no translation"),
        ("titles: x\n", "holds no texts"),
        ("outcomes:\n  Plausibel: x\n", "did you mean `Plausible`?"),
        ('sentences:\n  "a {b} c": "a {d} c"\n', "the figures d, and the sentence b"),
        ("- a\n", "says nothing"),
        ("titles: [\n", "cannot be read"),
    ],
)
def test_a_slip_in_a_translation_is_told(text: str, words: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "alibaba.zh.yaml").write_text(text, encoding="utf-8")
    _, found = in_language(report("alibaba", "2026-05-14"), "zh", tmp_path / "alibaba.thesis", run.program)
    assert [d.code for d in found] == ["C034"]
    assert words in f"{found[0].message}; {found[0].hint}"


def test_a_title_never_takes_the_place_of_a_closed_word() -> None:
    """A name that is called `true` or `pending` changes no state."""
    result = report("alibaba", "2026-05-14")
    assert read_translation(Path("none")) == (NOTHING, [])
    hostile = {"a": "true", "b": "false", "c": "pending", "d": "neutral", "e": "watched"}
    found = said_in(result, Told(ZH, dict.fromkeys(hostile.values(), "X"), titles=hostile.values()))
    assert [c.state for c in found.conditions] == [c.state for c in result.conditions]
    assert [k.status for k in found.kills] == [k.status for k in result.kills]
    assert [v.tone for v in found.verdicts] == [v.tone for v in result.verdicts]
    assert render(found, "html", language="zh")


def test_the_command_says_what_a_language_is_for() -> None:
    assert whatever_happens("report", "alibaba", "--language", "xx").status == 2
    assert call("report", "alibaba", "--as-of", "2026-05-14", "--language", "zh", "--format", "json").status == 2
    ran = call("report", "alibaba", "--as-of", "2026-05-14", "--language", "zh", "--brief")
    assert ran.status == 0
    assert "何种情况下判断有误" in ran.out
    assert "2026年5月14日" in ran.out


def test_what_a_template_says_is_in_the_language_and_what_is_filled_in_is_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = report("alibaba", "2026-05-14").model_copy(update={"title": "<b>*100%* %(n)s"})
    source = (
        '{{ _("Verdicts") }}|{% trans figure=r.title %}It rests on {{ figure }}, 5%.{% endtrans %}|{{ "true"|term }}|'
        "{% trans n=r.facts[:1]|length %}{{ n }} fact{% pluralize %}{{ n }} facts{% endtrans %}|"
        "{% trans n=r.facts[:3]|length %}{{ n }} fact{% pluralize %}{{ n }} facts{% endtrans %}"
    )
    more = {"It rests on %(figure)s, 5%.": "基于%(figure)s，5%。", "%(n)s facts": "%(n)s条事实"}
    zh = replace(ZH, messages={**ZH.messages, **more})
    monkeypatch.setattr(page, "language_of", lambda code: zh if code == "zh" else language(code))
    for form in FORMATS:
        (tmp_path / f"memo.{form}.j2").write_text(source, encoding="utf-8")
    title = {"html": "&lt;b&gt;*100%* %(n)s", "md": r"&lt;b>\*100%\* %(n)s"}
    try:
        for form in FORMATS:
            page._environment.cache_clear()
            assert render(result, form, tmp_path) == f"Verdicts|It rests on {title[form]}, 5%.|true|1 fact|3 facts\n"
            assert (
                render(result, form, tmp_path, language="zh") == f"结论|基于{title[form]}，5%。|成立|1条事实|3条事实\n"
            )
    finally:
        page._environment.cache_clear()
