"""What the evaluating process answers: values of the text at hand, of the facts as they are now, whatever came before."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from dsl.ide.view import Known
from evaluator.editing.answering import Answering
from evaluator.editing.asked import Answer, Ask, What, receive, send
from tests.paths import ROOT, RULES
from tests.support.editing import SMALL

FACTS = """name: Acme, an invented company
ticker: ACME
currency: USD
fiscal_year_ends: 12-31
facts:
  revenue:
    - {period: 2025-03-31, value: 100m, published: 2025-04-20, kind: reported, source: "invented"}
    - {period: 2026-03-31, value: 138m, published: 2026-04-20, kind: reported, source: "invented"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "ACME.yaml").write_text(FACTS, "utf-8")
    return tmp_path


def ask(folder: Path, what: What = What.VALUES, text: str = SMALL, day: str = "2026-05-14", name: str = "") -> Ask:
    path = str(folder / "rules.thesis")
    return Ask(1, what, path, {path: text}, (str(folder),), None, day, name)


def values(answer: Answer) -> dict[str, Known]:
    assert answer.failed == ""
    return dict(answer.names or {})


def test_values_are_those_of_the_text_that_is_not_saved(folder: Path) -> None:
    answering = Answering()
    first = answering.answer(ask(folder))
    assert values(first)["growth"].text == "38%"
    assert "quarter to 2026-03-31" in values(first)["growth"].more
    trend = "100m USD → unknown → unknown → unknown → 138m USD (from the quarter to 2025-03-31 on)"
    assert values(first)["revenue"].trend == trend
    assert (
        values(first)["growth"].trend == values(first)["call"].trend == ""
    )  # one figure is no trend, and a call has none
    assert values(first)["call"].text == "Buy"
    assert values(first)["stage"].text == "unknown"
    assert values(first)["demand"].text == "supported"
    assert values(first)["stops"].text != ""
    assert (first.at or {})["grows.when"].text == "✓ 38% (+18pp)"
    other = answering.answer(ask(folder, text=SMALL.replace("yoy(revenue)", "yoy(revenue) / 2")))
    assert values(other)["growth"].text == "19%"
    assert (other.at or {})["grows.when"].text == "✗ 19% (−1pp)"
    assert first.seal != other.seal
    assert answering.answer(ask(folder)).seal == first.seal


def test_values_are_those_of_the_day(folder: Path) -> None:
    found = values(Answering().answer(ask(folder, day="2026-04-01")))
    assert found["growth"].text == "unknown"
    assert found["growth"].more != ""


def test_facts_that_changed_on_disk_are_read_again(folder: Path) -> None:
    answering = Answering()
    assert values(answering.answer(ask(folder)))["growth"].text == "38%"
    path = folder / "facts" / "ACME.yaml"
    path.write_text(FACTS.replace("138m", "150m"), "utf-8")
    os.utime(path, ns=(1, 1))
    assert values(answering.answer(ask(folder)))["growth"].text == "50%"
    path.unlink()
    assert "ACME" in answering.answer(ask(folder)).failed


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (SMALL.replace("yoy(revenue)", "yoy("), "not finished"),
        (SMALL.replace("for ACME", "for NOBODY"), "NOBODY"),
        ("", "declares nothing"),
        ("\0", "binary"),
    ],
)
def test_what_stands_in_the_way_is_a_sentence(folder: Path, text: str, part: str) -> None:
    for what in (What.VALUES, What.REPORT, What.FLIP, What.EXPLAIN, What.TEST):
        if what is What.TEST and "NOBODY" in text:
            continue
        assert part in Answering().answer(ask(folder, what, text, name="call")).failed


def test_what_is_called_for(folder: Path) -> None:
    answering = Answering()
    assert answering.answer(ask(folder, What.REPORT)).text.startswith("# Small")
    assert "Buy" in answering.answer(ask(folder, What.EXPLAIN, name="call")).text
    assert "what" in answering.answer(ask(folder, What.FLIP, name="call")).text.lower()
    assert "nothing" not in answering.answer(ask(folder, What.EXPLAIN, name="no_such_name")).text
    assert "no_such_name" in answering.answer(ask(folder, What.EXPLAIN, name="no_such_name")).failed
    assert "there is no example" in answering.answer(ask(folder, What.TEST, name="none")).failed
    assert answering.answer(ask(folder, What.TICKERS)).tickers[0] == "ACME"


def test_a_facts_file_that_is_not_saved(folder: Path) -> None:
    path = str(folder / "facts" / "ACME.yaml")
    (folder / "rules.thesis").write_text(SMALL, "utf-8")
    whole = Ask(1, What.FACTS, path, {}, (str(folder),), None, "2026-05-14")
    assert Answering().answer(whole).findings == ()
    for before, after, part in (
        ("reported", "rumour", "rumour"), ("138m", "many", "many"), ("2026-03-31", "someday", "someday"),
        ("  revenue:", "  revenu:", "revenu"), ("{period", "[period", ""),
    ):  # fmt: skip
        broken = Ask(1, What.FACTS, path, {path: FACTS.replace(before, after)}, (str(folder),), None, "2026-05-14")
        found = Answering().answer(broken).findings
        assert found, after
        assert any(part in each.diagnostic.message for each in found), (after, found)


def test_the_shipped_thesis_has_the_values_of_its_report() -> None:
    path = str(RULES / "alibaba.thesis")
    asked = Ask(1, What.VALUES, path, {}, (str(RULES), str(RULES / "library")), None, "2026-05-14")
    found = values(Answering().answer(asked))
    assert found["cloud_growth"].text == "38%"
    assert found["setup"].text == "Add on pullbacks, do not chase"
    assert "known on 2026-05-13" in found["cloud_growth"].more


# --- the pipe ----------------------------------------------------------------------------------------------------


def test_messages_go_through_a_pipe() -> None:
    asked = Ask(3, What.FLIP, "é.thesis", {"a": "b"}, ("c",), "BABA", "2026-05-14", "setup")
    stream = io.BytesIO()
    send(stream, asked)
    send(stream, Answer(3, names={"x": Known("38%")}))
    stream.seek(0)
    assert receive(stream) == asked
    assert receive(stream) == Answer(3, names={"x": Known("38%")})
    assert receive(stream) is None
    assert pickle.loads(pickle.dumps(asked)) == asked


def test_a_mistake_of_ours_ends_one_question_alone(folder: Path) -> None:
    """The process goes on: of three questions the second meets a mistake, and the third is answered."""
    code = (
        "from evaluator.editing import answering, worker\n"
        "real = answering.Answering.answer\n"
        "def answer(self, ask):\n"
        "    if ask.number == 2: raise RuntimeError('ours')\n"
        "    print('talk that is no message')\n"
        "    return real(self, ask)\n"
        "answering.Answering.answer = answer\n"
        "worker.main()\n"
    )
    stream = io.BytesIO()
    for number in (1, 2, 3):
        send(stream, Ask(number, What.TICKERS, str(folder / "rules.thesis"), {}, (str(folder),), None, "2026-05-14"))
    ran = subprocess.run(
        [sys.executable, "-c", code], input=stream.getvalue(), capture_output=True, timeout=120, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=folder,
    )  # fmt: skip
    answers = io.BytesIO(ran.stdout)
    found = [receive(answers) for _ in range(4)]
    assert [answer.failed if isinstance(answer, Answer) else None for answer in found] == [
        "", "a mistake of thesis itself: RuntimeError: ours", "", None,
    ]  # fmt: skip


EXAMPLE = 'example "it grows"\n  given growth = 30%\n  expect grows is true\n'


def test_what_examples_reach_and_examples_for_the_rest(folder: Path) -> None:
    answering, text = Answering(), SMALL + EXAMPLE
    found = answering.answer(ask(folder, What.COVERAGE, text))
    assert found.about.startswith("the examples reach ")
    assert "bull grows: never false" in found.text
    made = answering.answer(ask(folder, What.EXAMPLES, text, name="grows"))
    assert made.about == "1 example of `grows`"
    assert "expect grows is false" in made.examples
    after = answering.answer(ask(folder, What.COVERAGE, text + made.examples))
    assert "bull grows" not in after.text
    again = answering.answer(ask(folder, What.EXAMPLES, text + made.examples, name="grows"))
    assert again.failed == "the examples reach all of `grows`"
    assert "nothing of `growth`" in answering.answer(ask(folder, What.EXAMPLES, text, name="growth")).failed
    assert "T031" not in answering.answer(ask(folder, What.EXAMPLES, text.replace("yoy(revenue)", "yoy(x)"))).examples


def test_what_can_be_proven(folder: Path) -> None:
    pytest.importorskip("z3")
    assert Answering().answer(ask(folder, What.PROVE)).about == "1 table, 3 conditions, 1 pillar; all proven"
    gap = SMALL.replace('  otherwise "Wait" neutral\n', "")
    found = Answering().answer(ask(folder, What.PROVE, gap))
    assert "shown by:" in found.text
    assert 'example "' in found.text
