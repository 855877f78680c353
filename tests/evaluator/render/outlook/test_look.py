"""What is asked for as a look is there, or said not to be; nothing that is there is overwritten."""

from __future__ import annotations

from pathlib import Path

from evaluator.render.outlook.look import Look, read_look
from evaluator.render.page import bundled
from evaluator.render.templating.export import export


def test_a_folder_of_templates_is_told_what_is_odd_about_it(tmp_path: Path) -> None:
    look, found = read_look(tmp_path / "none", None)
    assert (look, [d.code for d in found]) == (None, ["C002"])
    look, found = read_look(tmp_path, None)
    assert look is None
    assert "there are no templates in this folder" in found[0].message
    written, problems = export(bundled(), tmp_path)
    assert problems == []
    assert len(written) > 40
    look, found = read_look(tmp_path, None)
    assert found == []
    assert isinstance(look, Look)
    assert look.house is not None
    (tmp_path / "shipped" / "partials" / "facts.md.j2").write_text("mine", encoding="utf-8")
    look, found = read_look(tmp_path, None)
    assert look is not None
    assert [d.code for d in found] == ["C033"]
    assert found[0].hint is not None
    assert found[0].hint.endswith("partials/facts.md.j2")


def test_nothing_is_written_where_one_file_is_there(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text("name: Mine\n", encoding="utf-8")
    written, problems = export(bundled(), tmp_path)
    assert written == []
    assert [d.code for d in problems] == ["C002"]
    assert [p.name for p in tmp_path.iterdir()] == ["house.yaml"]
    assert (tmp_path / "house.yaml").read_text("utf-8") == "name: Mine\n"
