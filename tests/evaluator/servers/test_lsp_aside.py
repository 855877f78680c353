"""What takes long is done aside: whoever asks about another file is answered meanwhile, and nothing is lost or shown of an
older text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluator.servers.lsp import roots as lsp_roots
from evaluator.servers.lsp.given import Given, address_in
from evaluator.servers.lsp.roots import Roots
from tests.evaluator.servers.test_lsp import FACTS
from tests.support.editing import SMALL
from tests.support.editor import Editor, Failed

HELD = """
import pathlib, sys, time
from evaluator.servers.lsp import looking, roots
roots.LONG = 1_000
gate = pathlib.Path("go")
real = looking.findings
def slowly(view):
    if len(view.text) > roots.LONG:
        while not gate.exists():
            time.sleep(0.01)
    return real(view)
looking.findings = slowly
from evaluator.commands.main import main
sys.argv = ['thesis', 'lsp']
main()
"""
"""A server for which a text of 1,000 characters is long, and which looks at none of them before the file `go` is there."""
LONG = SMALL + "# a long text\n" * 100


def about(address: str, **more: object) -> dict[str, Any]:
    return {"textDocument": {"uri": address}, **more}


def refused(editor: Editor, number: int) -> int:
    with pytest.raises(Failed) as found:
        editor.answer(number)
    return found.value.code


def test_others_are_answered_while_a_long_file_is_looked_at(tmp_path: Path) -> None:
    """Nothing is timed: the look at the long file cannot end before this test lets it, and all below is answered before."""
    with Editor(tmp_path, code=HELD, options={"values": False, "pull": True}) as editor:
        small = editor.open(tmp_path / "small.thesis", SMALL)
        editor.findings(small)
        long = editor.open(tmp_path / "long.thesis", LONG)
        running = editor.begin("textDocument/diagnostic", about(long))
        waiting = editor.begin("textDocument/documentSymbol", about(long))
        assert editor.ask("textDocument/hover", editor.at(small, "growth > strong")) is not None
        editor.replace(small, "growth > 25%", "growth > 25")
        assert [d for d in editor.findings(small) if d["severity"] == 1]
        cancelled = editor.begin("textDocument/foldingRange", about(long))
        for number in (cancelled, running):  # one that waits, and the one that is being worked on
            editor.tell("$/cancelRequest", {"id": number})
            assert refused(editor, number) == -32800
        editor.replace(long, "growth > 25%", "growth > 24")
        assert refused(editor, waiting) == -32801  # it asked about a text that is another now
        last = editor.begin("textDocument/diagnostic", about(long))
        (tmp_path / "go").touch()
        assert [d["code"] for d in editor.answer(last)["items"] if d["severity"] == 1] == ["T071"]
        assert [d["code"] for d in editor.findings(long) if d["severity"] == 1] == ["T071"]
        of_the_first = [
            m for m in editor._kept if m.get("params", {}).get("uri") == long and m["params"]["version"] == 1
        ]
        assert not of_the_first
        editor.replace(long, "growth > 24", "growth > 24%")
        assert not [d for d in editor.findings(long) if d["severity"] == 1]
        assert editor.end() == 0


def test_a_mistake_of_ours_in_what_is_done_aside_ends_that_alone(tmp_path: Path) -> None:
    broken = HELD.replace(
        "    return real(view)", "    if 'boom' in view.text: raise KeyError('boom')\n    return real(view)"
    )
    (tmp_path / "go").touch()
    with Editor(tmp_path, code=broken, options={"values": False, "pull": True}) as editor:
        long = editor.open(tmp_path / "long.thesis", LONG.replace("Revenue", "boom"))
        assert "KeyError" in editor.wait(lambda m: "KeyError" in str(m))["params"]["message"]
        with pytest.raises(Failed, match="a mistake of thesis itself in textDocument/diagnostic: KeyError"):
            editor.ask("textDocument/diagnostic", about(long))
        editor.replace(long, "boom", "Revenue")
        assert not [d for d in editor.findings(long) if d["severity"] == 1]


def test_what_another_thread_looks_at_stays_as_it_was(tmp_path: Path) -> None:
    path, other = tmp_path / "a.thesis", tmp_path / "b.thesis"
    roots = Roots()
    roots.open(path, SMALL)
    then = roots.as_they_are()
    roots.open(path, SMALL.replace("20%", "30%"))
    roots.open(other, SMALL)
    assert "30%" in roots.view(path).text
    assert then.view(path).text == SMALL
    assert then.files() == [path]
    assert then.texts == {path: SMALL}
    again = roots.as_they_are()
    assert again.view(path) is roots.view(path)  # what was worked out for one is known to the other


def test_which_files_take_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long text; and one whose check took long, say by what it uses, until another text of it does not."""
    path = tmp_path / "a.thesis"
    roots = Roots()
    roots.open(path, "#" * (lsp_roots.LONG + 1))
    assert roots.takes_long(path)
    roots.open(path, SMALL)
    assert not roots.takes_long(path)
    monkeypatch.setattr(lsp_roots, "SLOW", -1.0)
    roots.view(path)
    assert roots.takes_long(path)
    monkeypatch.setattr(lsp_roots, "SLOW", 1e9)
    roots.changed()
    roots.view(path)
    assert roots.takes_long(path)  # the same text is there at once, since it is remembered: that says nothing
    roots.open(path, f"{SMALL}# more\n")
    roots.view(path)
    assert not roots.takes_long(path)


@pytest.mark.parametrize(
    ("params", "address"),
    [
        ({"textDocument": {"uri": "a"}, "position": {}}, "a"),
        ({"label": "x", "data": {"uri": "b", "about": "x"}}, "b"),
        ({"item": {"name": "x", "data": {"uri": "c"}}}, "c"),
        ({"command": "thesis.report", "arguments": ["d", "html"]}, "d"),
        ({"textDocument": 5, "data": [], "item": "x", "arguments": {}}, ""),
        ({"arguments": [[]]}, ""),
        (None, ""),
    ],
)
def test_which_file_a_request_is_about(params: object, address: str) -> None:
    assert address_in(Given(params)) == address


def test_values_of_a_long_file_are_those_of_its_text(tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "ACME.yaml").write_text(FACTS, "utf-8")
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    with Editor(tmp_path, code=HELD) as editor:
        long = editor.open(tmp_path / "long.thesis", LONG + "# for ACME as of 2026-05-14\n")

        def shown() -> list[str]:
            return [h["label"] for h in editor.ask("textDocument/inlayHint", about(long, range=everything))]

        editor.notification("workspace/inlayHint/refresh")
        assert "= 38%" in shown()
        editor.replace(long, "yoy(revenue)", "yoy(revenue) / 2")
        assert "= 38%" not in shown()
        editor.notification("workspace/inlayHint/refresh")
        assert "= 19%" in shown()
