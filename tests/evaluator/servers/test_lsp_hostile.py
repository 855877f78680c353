"""Bad input: broken messages, places that there are not, requests that are cancelled, files that vanish, a server that is wrong."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.editing import SMALL
from tests.support.editor import TIMEOUT, Editor, Failed, opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def about(address: str, **more: object) -> dict[str, Any]:
    return {"textDocument": {"uri": address}, **more}


def test_what_is_no_request_is_refused_and_the_server_lives(folder: Path) -> None:
    with opened(folder, SMALL) as (editor, address):
        cases: list[tuple[str, object, int]] = [
            ("textDocument/nothing", {}, -32601),
            ("thesis/unknown", None, -32601),
            ("initialize", {"capabilities": {}}, -32600),
            ("textDocument/hover", {}, -32602),
            ("textDocument/hover", [1, 2], -32602),
            ("textDocument/hover", {"textDocument": {"uri": 7}, "position": {}}, -32602),
            ("textDocument/hover", about(address, position={"line": "0", "character": 0}), -32602),
            ("textDocument/hover", about(address, position={"line": True, "character": 0}), -32602),
            ("textDocument/hover", about("file:///not/open.thesis", position={"line": 0, "character": 0}), -32602),
            ("textDocument/inlayHint", about(address), -32602),
            ("workspace/executeCommand", {"command": "rm", "arguments": ["-rf"]}, -32602),
            ("workspace/executeCommand", {"command": "thesis.report"}, -32602),
            ("workspace/executeCommand", {"command": "thesis.showFor", "arguments": ["ACME", "yesterday"]}, -32602),
        ]
        for method, params, code in cases:
            with pytest.raises(Failed) as refused:
                editor.ask(method, params)
            assert refused.value.code == code, (method, params)
        editor.send({"id": None, "method": "textDocument/hover"})
        editor.send({"id": 7.5, "method": "textDocument/hover"})
        editor.send({"nothing": True})
        editor.tell("textDocument/didChange", {"textDocument": {"uri": 5}})
        editor.tell("textDocument/didChange", about("file:///not/open.thesis", contentChanges=[{"text": "x"}]))
        editor.tell("unknown/notification", None)
        assert editor.ask("textDocument/hover", editor.at(address, "growth")) is not None
        assert editor.end() == 0


def test_before_the_beginning_and_after_the_end(folder: Path) -> None:
    with Editor(folder, begin=False) as editor:
        with pytest.raises(Failed) as refused:
            editor.ask("textDocument/hover", {})
        assert refused.value.code == -32002
        editor.tell("textDocument/didOpen", {})  # passed over
        editor.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        editor.ask("shutdown", None)
        with pytest.raises(Failed) as refused:
            editor.ask("textDocument/hover", {})
        assert refused.value.code == -32600
        editor.tell("exit", None)
        assert editor.process.wait(timeout=TIMEOUT) == 0


@pytest.mark.parametrize("ending", ["stdin closes", "exit without shutdown"])
def test_an_editor_that_is_gone_ends_the_server(folder: Path, ending: str) -> None:
    with opened(folder, SMALL) as (editor, address):
        editor.findings(address)
        if ending == "stdin closes":
            editor.stdin.close()
        else:
            editor.tell("exit", None)
        assert editor.process.wait(timeout=TIMEOUT) == 1


def test_broken_messages(folder: Path) -> None:
    with opened(folder, SMALL) as (editor, address):
        editor.findings(address)
        editor.raw(b"Content-Length: 5\r\n\r\n{]{]{")
        assert editor.wait(lambda m: m.get("error", {}).get("code") == -32700)["id"] is None
        editor.raw(b"Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n[]")
        editor.wait(lambda m: m.get("error", {}).get("code") == -32700)
        editor.raw(b'Content-Length: 7\r\n\r\n"\xff\xfe\xfd ok')
        editor.wait(lambda m: m.get("error", {}).get("code") == -32700)
        assert editor.ask("textDocument/hover", editor.at(address, "growth")) is not None
        editor.raw(b"Content-Length: many\r\n\r\n")  # where the next message begins nobody can say any more
        assert editor.process.wait(timeout=TIMEOUT) == 1


def test_a_message_that_claims_to_be_huge_is_not_waited_for(folder: Path) -> None:
    with Editor(folder) as editor:
        editor.raw(b"Content-Length: 99999999999\r\n\r\n")
        assert editor.process.wait(timeout=TIMEOUT) == 1


def test_places_that_there_are_not(folder: Path) -> None:
    with opened(folder, SMALL.replace("Revenue", "Umsätze 🐉🐉")) as (editor, address):
        for line, character in ((-1, 0), (0, -5), (2, 10_000), (10_000, 0), (2**31, 2**31), (2, 26), (2, 27), (2, 28)):
            where = about(address, position={"line": line, "character": character})
            for method in ("hover", "completion", "definition", "signatureHelp", "prepareRename", "documentHighlight"):
                editor.ask(f"textDocument/{method}", where)
        back = {"start": {"line": 9, "character": 9}, "end": {"line": 2, "character": 1}}
        editor.ask("textDocument/codeAction", about(address, range=back, context={"diagnostics": []}))
        editor.ask("textDocument/inlayHint", about(address, range=back))
        editor.ask("textDocument/semanticTokens/range", about(address, range=back))
        change = {"range": {"start": {"line": 99, "character": 9}, "end": {"line": 3, "character": -2}}, "text": "#"}
        editor.tell("textDocument/didChange", about(address, contentChanges=[change]))
        assert editor.ask("textDocument/documentSymbol", about(address))


def test_texts_that_are_none(folder: Path) -> None:
    for text in ("", "\ufeff", "\0", "\ud800", "\r\r\r", "#" * 100_000, "(" * 5_000, '"' * 999, "metric x = 1\u2028"):
        with_mark = {"textDocument": {"uri": "file:///x/y.thesis", "languageId": "thesis", "version": 1, "text": text}}
        if text == "":
            editor = Editor(folder)
        editor.tell("textDocument/didOpen", with_mark)
        for method in ("documentSymbol", "foldingRange", "codeLens", "semanticTokens/full", "documentLink"):
            editor.ask(f"textDocument/{method}", about("file:///x/y.thesis"))
        editor.ask("textDocument/completion", about("file:///x/y.thesis", position={"line": 0, "character": 3}))
    with editor:
        assert editor.end() == 0


def test_crlf_and_a_mark(folder: Path) -> None:
    text = "\ufeff" + SMALL.replace("\n", "\r\n").replace('"Small"', '"Small 🐉"')
    with opened(folder, text) as (editor, address):
        assert all(d["severity"] == 2 for d in editor.findings(address))
        shown = editor.ask("textDocument/hover", editor.at(address, "growth > strong"))
        assert shown["range"] == editor.place(address, text.index("growth > strong"), text.index("growth > strong") + 6)
        editor.replace(address, "25%", "25")
        (error,) = [d for d in editor.findings(address) if d["severity"] == 1]
        assert error["range"]["start"]["line"] == 18


def test_a_request_that_is_cancelled(folder: Path) -> None:
    with opened(folder, SMALL) as (editor, address):
        editor.findings(address)
        slow = editor.begin("workspace/executeCommand", {"command": "thesis.report", "arguments": [address]})
        editor.tell("$/cancelRequest", {"id": slow})
        with pytest.raises(Failed) as refused:
            editor.answer(slow)
        assert refused.value.code in (-32800, -32803)  # cancelled, or there are no facts and it was faster
        editor.tell("$/cancelRequest", {"id": 999_999})
        editor.tell("$/cancelRequest", {"id": None})
        many = [editor.begin("textDocument/semanticTokens/full", about(address)) for _ in range(100)]
        for number in many:
            editor.tell("$/cancelRequest", {"id": number})
        codes = {editor.wait(lambda m, n=n: m.get("id") == n).get("error", {}).get("code") for n in many}
        assert codes <= {None, -32800}  # answered before, or cancelled
        assert editor.ask("textDocument/hover", editor.at(address, "growth")) is not None


CRASHES = """
import sys
from evaluator.servers.lsp import looking, loop
def broken(state, given): raise ZeroDivisionError("a mistake")
loop.REQUESTS["textDocument/hover"] = broken
from dsl.ide import findings
real = looking.findings
def sometimes(view):
    if "boom" in view.text: raise KeyError("boom")
    return real(view)
looking.findings = sometimes
from evaluator.commands.main import main
sys.argv = ['thesis', 'lsp']
main()
"""


def test_a_mistake_of_ours_ends_one_request_alone(folder: Path) -> None:
    with opened(folder, SMALL, code=CRASHES) as (editor, address):
        with pytest.raises(
            Failed, match="a mistake of thesis itself in textDocument/hover: ZeroDivisionError"
        ) as refused:
            editor.ask("textDocument/hover", editor.at(address, "growth"))
        assert refused.value.code == -32603
        editor.replace(address, "growth", "boom")
        assert "KeyError" in editor.wait(lambda m: "KeyError" in str(m))["params"]["message"]
        editor.replace(address, "boom", "growth")
        assert editor.findings(address) is not None
        assert editor.end() == 0


def test_a_thousand_edits_are_one_look(folder: Path) -> None:
    with opened(folder, SMALL) as (editor, address):
        editor.findings(address)
        for number in range(1_000):
            editor.replace(address, "% \n" if number % 2 else "25%\n", "25%\n" if number % 2 else "% \n")
        found = editor.findings(address)
        assert all(d["severity"] == 2 for d in found)
        published = [m for m in editor._kept if m.get("method") == "textDocument/publishDiagnostics"]
        assert len(published) < 100
        assert editor.ask("textDocument/documentSymbol", about(address))


@pytest.mark.parametrize("count", [5_000, pytest.param(50_000, marks=pytest.mark.soak)])
def test_a_file_of_many_declarations(folder: Path, count: int) -> None:
    text = 'rules many "Many"\n' + "".join(f'param p{n} "P {n}" = {n}%\n' for n in range(count))
    with opened(folder, text, "many.thesis") as (editor, address):
        assert editor.findings(address) is not None
        editor.replace(address, 'param p2500 "P 2500" = 2500%', 'param p2500 "P 2500" = p2499 +')
        assert "T0" in str([d["code"] for d in editor.findings(address) if d["severity"] == 1])
        assert editor.ask("textDocument/hover", editor.at(address, "p4000")) is not None


def test_a_circle_through_three_open_files_and_its_end(folder: Path) -> None:
    with Editor(folder) as editor:
        a, b, c = (
            editor.open(folder / f"{own}.thesis", f'rules {own} "R"\n  uses {other}\nmetric m_{own} "M" = 1\n')
            for own, other in (("aa", "bb"), ("bb", "cc"), ("cc", "aa"))
        )
        for address in (a, b, c):
            assert [d for d in editor.findings(address) if d["severity"] == 1]
        editor.replace(c, "  uses aa\n", "")
        for address in (a, b, c):
            found = editor.wait(
                lambda m, address=address: (
                    m.get("method") == "textDocument/publishDiagnostics"
                    and m["params"]["uri"] == address
                    and all(d["severity"] == 2 for d in m["params"]["diagnostics"])
                )
            )
            assert found is not None


def test_files_that_change_and_vanish_on_disk(folder: Path) -> None:
    module = folder / "base.thesis"
    module.write_text('rules base "Base"\nparam bar "The bar" = 10%\n', "utf-8")
    user = 'rules user "User"\n  uses base\nmetric m "M" = bar\n'
    with opened(folder, user, "user.thesis") as (editor, address):
        assert not [d for d in editor.findings(address) if d["severity"] == 1]

        def told(kind: int, path: Path) -> list[str]:
            changes = [{"uri": f"file://{path}", "type": kind}]
            editor.tell("workspace/didChangeWatchedFiles", {"changes": changes})
            found = editor.notification("textDocument/publishDiagnostics", uri=address)
            return [d["code"] for d in found["diagnostics"] if d["severity"] == 1]

        module.write_text('rules base "Base"\nparam hurdle "The bar" = 10%\n', "utf-8")
        assert told(2, module) == ["T031"]
        module.unlink()
        assert told(3, module) == ["T025"]
        opened_module = editor.open(module, 'rules base "Base"\nparam bar "The bar" = 10%\n')
        found = editor.notification("textDocument/publishDiagnostics", uri=address)
        assert not [d for d in found["diagnostics"] if d["severity"] == 1]
        editor.tell("textDocument/didClose", about(opened_module))
        found = editor.notification("textDocument/publishDiagnostics", uri=address)
        assert [d["code"] for d in found["diagnostics"] if d["severity"] == 1] == ["T025"]


def test_a_file_that_is_closed_and_opened_again_has_its_findings(folder: Path) -> None:
    with opened(folder, SMALL.replace("20%", "20")) as (editor, address):
        first = editor.findings(address)
        editor.tell("textDocument/didClose", about(address))
        assert editor.notification("textDocument/publishDiagnostics", uri=address)["diagnostics"] == []
        editor.open(folder / "rules.thesis", SMALL.replace("20%", "20"))
        assert editor.findings(address) == first


def test_the_same_module_in_two_roots_is_two_modules(tmp_path: Path) -> None:
    for name, bar in (("one", "bar"), ("two", "hurdle")):
        rules = tmp_path / name / "rules"
        rules.mkdir(parents=True)
        (rules / "base.thesis").write_text(f'rules base "Base"\nparam {bar} "The bar" = 10%\n', "utf-8")
    with Editor(tmp_path / "one", tmp_path / "two") as editor:
        for name, bar, other in (("one", "bar", "hurdle"), ("two", "hurdle", "bar")):
            text = f'rules user "User"\n  uses base\nmetric m "M" = {bar}\n'
            address = editor.open(tmp_path / name / "user.thesis", text)
            assert not [d for d in editor.findings(address) if d["severity"] == 1], name
            editor.replace(address, f"= {bar}", f"= {other}")
            assert "T031" in {d["code"] for d in editor.findings(address)}, name
        gone = {"removed": [{"uri": f"file://{tmp_path / 'two'}", "name": "two"}], "added": []}
        editor.tell("workspace/didChangeWorkspaceFolders", {"event": gone})
        assert editor.end() == 0


def test_values_follow_the_comment_and_are_never_those_of_another_text(folder: Path) -> None:
    facts = folder / "facts"
    facts.mkdir()
    head = "currency: USD\nfiscal_year_ends: 12-31\nfacts:\n  revenue:\n"
    for ticker, value in (("ACME", "138m"), ("OTHER", "150m")):
        rows = "".join(
            f'    - {{period: {year}-03-31, value: {v}, published: {year}-04-20, kind: reported, source: "invented"}}\n'
            for year, v in (("2025", "100m"), ("2026", value))
        )
        (facts / f"{ticker}.yaml").write_text(f"name: Invented {ticker}\nticker: {ticker}\n{head}{rows}", "utf-8")
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    with opened(folder, SMALL + "# for ACME as of 2026-05-14\n") as (editor, address):

        def shown() -> list[str]:
            return [h["label"] for h in editor.ask("textDocument/inlayHint", about(address, range=everything))]

        editor.notification("workspace/inlayHint/refresh")
        assert "= 38%" in shown()
        editor.replace(address, "yoy(revenue)", "yoy(revenue) / 2")
        assert "= 38%" not in shown()  # a value of the formula that stood there before would be wrong here
        editor.notification("workspace/inlayHint/refresh")
        assert "= 19%" in shown()
        editor.replace(address, "# for ACME", "# for OTHER")
        editor.notification("workspace/inlayHint/refresh")
        assert "= 25%" in shown()
        editor.replace(address, "# for OTHER as of 2026-05-14", "#")
        editor.ask("workspace/executeCommand", {"command": "thesis.showFor", "arguments": ["ACME", "2026-05-14"]})
        editor.notification("workspace/inlayHint/refresh")
        assert "= 19%" in shown()
        editor.ask("workspace/executeCommand", {"command": "thesis.showFor", "arguments": ["OTHER", "2026-05-14"]})
        assert "= 19%" not in shown()  # of ACME, which nobody asks for any more
        editor.notification("workspace/inlayHint/refresh")
        assert "= 25%" in shown()
        editor.tell("workspace/didChangeConfiguration", {"settings": {"thesis": {"values": False}}})
        assert "= 25%" not in shown()
        chosen = {"values": True, "company": "ACME", "asOf": "2026-05-14"}  # by a setting
        editor.tell("workspace/didChangeConfiguration", {"settings": {"thesis": chosen}})
        editor.notification("workspace/inlayHint/refresh")
        assert "= 19%" in shown()
        chosen["asOf"] = "2026-04-01"  # the last quarter was not published yet: there is no growth
        editor.tell("workspace/didChangeConfiguration", {"settings": {"thesis": chosen}})
        editor.notification("workspace/inlayHint/refresh")
        assert "= 19%" not in shown()


def test_an_editor_that_does_not_read_keeps_the_server_from_nothing(folder: Path) -> None:
    """Notifications are written by a thread of their own: texts are taken in while the pipe is full."""
    with Editor(folder, begin=False) as editor:
        editor.ask("initialize", {"processId": None, "rootUri": f"file://{folder}", "capabilities": {}})
        address = editor.open(folder / "rules.thesis", SMALL)
        for _ in range(300):
            editor.begin("textDocument/semanticTokens/full", about(address))
        began = time.monotonic()
        last = editor.begin("textDocument/documentSymbol", about(address))
        assert editor.answer(last)
        assert time.monotonic() - began < TIMEOUT


def test_nothing_but_what_is_evaluated_is_imported_to_serve(folder: Path) -> None:
    """The server starts in a blink: what evaluates, lays out and renders comes in other processes, or when it is asked for."""
    code = """
import sys
from evaluator.servers.lsp import loop
real = loop.Server.run
def run(self):
    status = real(self)
    sys.stderr.write("LOADED " + " ".join(sorted(sys.modules)))
    sys.stderr.flush()
    return status
loop.Server.run = run
from evaluator.commands.main import main
sys.argv = ['thesis', 'lsp', '--stdio']
main()
"""
    heavy = {"lark", "networkx", "jinja2", "pydantic", "yaml", "z3", "polars", "httpx", "evaluator.session.run"}
    with opened(folder, SMALL, code=code) as (editor, address):
        editor.findings(address)
        for method in ("documentSymbol", "codeLens", "semanticTokens/full"):
            editor.ask(f"textDocument/{method}", about(address))
        editor.ask("textDocument/completion", editor.at(address, "growth"))
        assert editor.end() == 0
        for _ in range(100):
            if b"LOADED" in editor.said:
                break
            time.sleep(0.05)
        loaded = set(editor.said.decode().partition("LOADED ")[2].split())
        assert "dsl.ide.completion" in loaded
        assert not loaded & heavy


def test_code_that_lies_in_the_open_folder_is_not_run(folder: Path) -> None:
    """A folder that somebody opens may be a stranger's: what it holds is text."""
    for name in ("evaluator", "dsl", "json", "yaml"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"open({str(folder / 'was_run')!r}, 'a').write('{name}')\n", "utf-8")
    (folder / "facts").mkdir()
    text = SMALL + "# for ACME as of 2026-05-14\n"
    with opened(folder, text, options={"showsText": True}) as (editor, address):
        editor.findings(address)
        with pytest.raises(Failed, match="ACME"):  # it was evaluated as far as there are facts
            editor.ask("workspace/executeCommand", {"command": "thesis.report", "arguments": [address]})
        assert not (folder / "was_run").exists()
