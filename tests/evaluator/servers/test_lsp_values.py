"""Values beside rules are those of the facts that a command would read at that moment: of the folder that is open, as they lie on
disk now; and where they are not those in the editor, it says so."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.editor import Editor

RULES = """rules small "Small"
input revenue "Revenue" : money per quarter
metric growth "Growth" = yoy(revenue)
# for ACME as of 2026-05-14
"""
EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


def written(root: Path, value: str, name: str = "ACME.yaml") -> Path:
    """A facts file of a folder, whose revenue was 100m a year ago."""
    (root / "rules").mkdir(parents=True, exist_ok=True)
    (root / "facts").mkdir(exist_ok=True)
    rows = "".join(
        f'    - {{period: {year}-03-31, value: {v}, published: {year}-04-20, kind: reported, source: "invented"}}\n'
        for year, v in (("2025", "100m"), ("2026", value))
    )
    head = "name: Acme\nticker: ACME\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n  revenue:\n"
    file = root / "facts" / name
    file.write_text(head + rows, "utf-8")
    return file


def shown(editor: Editor, address: str) -> list[str]:
    """The values beside the text."""
    found = editor.ask("textDocument/inlayHint", {"textDocument": {"uri": address}, "range": EVERYTHING})
    return [hint["label"] for hint in found if hint["label"].startswith("=")]


def until_shown(editor: Editor, address: str, values: list[str]) -> None:
    """Waits for values; any others on the way must be none at all."""
    while (found := shown(editor, address)) != values:
        assert found == [], f"{found} is shown where it is {values}"
        editor.notification("workspace/inlayHint/refresh")


def test_each_folder_has_its_own_facts_about_one_company(tmp_path: Path) -> None:
    """Also where the editor was started in one of them."""
    for name, value in (("one", "138m"), ("two", "150m")):
        written(tmp_path / name, value)
    with Editor(tmp_path / "one", tmp_path / "two") as editor:
        for name, values in (("two", ["= 150m USD", "= 50%"]), ("one", ["= 138m USD", "= 38%"])):
            until_shown(editor, editor.open(tmp_path / name / "rules" / "small.thesis", RULES), values)


def test_facts_that_change_on_disk_without_a_word(tmp_path: Path) -> None:
    file = written(tmp_path, "138m")
    with Editor(tmp_path) as editor:
        address = editor.open(tmp_path / "rules" / "small.thesis", RULES)
        until_shown(editor, address, ["= 138m USD", "= 38%"])
        written(tmp_path, "1500m")
        assert shown(editor, address) == []  # at once: what was shown is wrong now
        until_shown(editor, address, ["= 1.5bn USD", "= 1,400%"])
        file.write_text("name: [", "utf-8")
        assert shown(editor, address) == []
        editor.notification("window/logMessage", type=3)  # no values, and why
        lenses = editor.ask("textDocument/codeLens", {"textDocument": {"uri": address}})
        assert lenses[0]["command"]["title"].startswith("No values: ")
        written(tmp_path, "150m")
        editor.ask("textDocument/hover", editor.at(address, "growth"))
        until_shown(editor, address, ["= 150m USD", "= 50%"])
        os.unlink(file)
        written(tmp_path, "170m", "prices of ACME.yaml")
        assert shown(editor, address) == []
        until_shown(editor, address, ["= 170m USD", "= 70%"])


def test_facts_that_are_changed_and_not_saved_are_said(tmp_path: Path) -> None:
    file = written(tmp_path, "138m")
    with Editor(tmp_path) as editor:
        address = editor.open(tmp_path / "rules" / "small.thesis", RULES)
        until_shown(editor, address, ["= 138m USD", "= 38%"])
        facts = editor.open(file, file.read_text("utf-8"), "yaml")

        def hovered() -> str:
            found: str = editor.ask("textDocument/hover", editor.at(address, "growth"))["contents"]["value"]
            return found

        assert "without your changes" not in hovered()
        editor.replace(facts, "138m", "150m")
        assert "**38%**" in hovered()
        assert "ACME.yaml as saved, without your changes" in hovered()
        lenses = editor.ask("textDocument/codeLens", {"textDocument": {"uri": address}})
        assert "as saved, without your changes" in lenses[0]["command"]["title"]
        file.write_text(editor.texts[facts].text, "utf-8")
        editor.tell("textDocument/didSave", {"textDocument": {"uri": facts}})
        until_shown(editor, address, ["= 150m USD", "= 50%"])
        assert "without your changes" not in hovered()
