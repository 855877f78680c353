"""The documentation tells the truth; and the runner that says so can find a lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.text.source import SourceFile
from evaluator.facts.model import Company
from evaluator.readers.load import read_company
from tests.docs.blocks import ROOT, Block, blocks, dead_links, files_of, problems, run_page, run_python

FILES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = {f.relative_to(ROOT).as_posix(): f.read_text(encoding="utf-8") for f in FILES}
BLOCKS = [b for file, text in PAGES.items() for b in blocks(file, text)]
FOLLOWED = sorted({b.file for b in BLOCKS if b.name is not None})
"""Pages whose reader writes files: their blocks belong together."""
PYTHON = sorted({b.file for b in BLOCKS if b.language == "python"})
"""Pages with a session of Python."""


@pytest.mark.parametrize(
    "block",
    [b for b in BLOCKS if b.file not in FOLLOWED and b.language != "python"],
    ids=lambda b: f"{b.file}:{b.line}:{b.language}",
)
def test_every_block_is_as_it_says(block: Block) -> None:
    assert problems(block) == []


@pytest.mark.parametrize("file", FOLLOWED)
def test_a_page_that_is_followed_gives_what_it_says(file: str, tmp_path: Path) -> None:
    assert run_page([b for b in BLOCKS if b.file == file and b.language != "python"], tmp_path) == []


@pytest.mark.parametrize("file", PYTHON)
def test_a_session_of_python_gives_what_it_shows(file: str, tmp_path: Path) -> None:
    assert run_python([b for b in BLOCKS if b.file == file], tmp_path) == []


def test_the_readme_and_the_page_on_python_have_a_session() -> None:
    assert {"README.md", "docs/python.md"} <= set(PYTHON)
    assert sum(b.language == "python" for b in BLOCKS if b.file == "docs/python.md") > 10


@pytest.mark.parametrize("file", [*FILES, ROOT / "ARCHITECTURE.md"], ids=lambda f: f.name)
def test_every_link_leads_somewhere(file: Path) -> None:
    assert dead_links(file, file.read_text(encoding="utf-8")) == []


def test_the_tutorial_uses_no_figure_that_is_not_in_the_facts_that_ship() -> None:
    page = [b for b in BLOCKS if b.file == "docs/tutorial.md"]
    used, _ = read_company(SourceFile("tutorial", files_of(page)["facts/BABA.yaml"]))
    ship, _ = read_company(SourceFile.read(ROOT / "rules" / "facts" / "BABA.yaml"))
    assert used
    assert ship

    def told(company: Company) -> set[tuple[object, ...]]:
        return {(f.name, f.period, f.value, f.published, f.kind, f.source) for f in company.facts}

    assert told(used) <= told(ship)


def test_the_readme_shows_commands_rules_and_facts() -> None:
    assert {"console", "thesis", "yaml"} <= {b.language for b in BLOCKS if b.file == "README.md"}


FRAGMENT = "# fragment\nmetric twice_growth = 2 * cloud_growth\n"
NAMED = "name: A\nticker: A\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts: {}\n"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("console", "$ thesis check alibaba\n…\n  ai_infrastructure: rules/ai_infrastructure.thesis\n"),
        ("console", "$ thesis check alibaba\n"),
        ("console", "$ thesis list\n…\nFacts\n…\n"),
        ("console", "$ make report\n$ make test VENV=other\n"),
        ("console", "$ thesis check nope\n…\nnope: 1 error\n"),
        ("thesis", 'rules a "A"\nmetric b = 1\n'),
        ("thesis", FRAGMENT),
        ("yaml", NAMED),
        ("yaml", "cloud_growth:\n  - {value: 3%}\n"),
        ("json", '{"a": 1}\n'),
        ("toml", "[a]\nb = 1\n"),
        ("sh", ".venv/bin/thesis report alibaba -o a.html\n"),
        ("text", "anything\n"),
    ],
)
def test_what_holds_passes(language: str, text: str) -> None:
    assert problems(Block("x.md", 1, language, text)) == []


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("console", "$ thesis check alibaba\nrules/alibaba.thesis: 1 error\n", "does not begin with"),
        ("console", "$ thesis list\n…\nNothing of the kind\n", "does not begin with"),
        ("console", "$ thesis list\nFacts\n", "does not begin with"),
        ("console", "$ make coffee\n", "no target `coffee`"),
        ("console", "$ rm -rf out\n", "only `thesis` and `make`"),
        ("console", "thesis list\n", "begins with `$ `"),
        ("console", "$ thesis report alibaba -o x.md\n", "would write a file"),
        ("thesis", "metric b = 1\n", "no header"),
        ("thesis", FRAGMENT.replace("cloud_growth", "cloud_groth"), "there is no `cloud_groth`"),
        ("yaml", NAMED.replace("CNY", "YUAN"), "YUAN is not a currency"),
        ("yaml", "a: [1\n", "line"),
        ("json", "{a: 1}\n", "not JSON"),
        ("toml", "[a\n", "not TOML"),
        ("sh", "thesis reprot alibaba\n", "no command `thesis reprot`"),
        ("ruby", "print()\n", "unknown language `ruby`"),
        ("", "words\n", "unknown language ``"),
    ],
)
def test_what_does_not_hold_is_found(language: str, text: str, words: str) -> None:
    found = problems(Block("x.md", 7, language, text))
    assert len(found) == 1
    assert found[0].startswith("x.md:7: ")
    assert words in found[0]


def test_blocks_are_found() -> None:
    text = "# T\n```console\n$ a\n```\nwords\n\n  ~~~yaml\n  b: 1\n  ```\n  ~~~\n````\n```\n````\n"
    assert list(blocks("f", text)) == [
        Block("f", 2, "console", "$ a\n", before="# T"),
        Block("f", 7, "yaml", "b: 1\n```\n", before="words"),
        Block("f", 11, "", "```\n", before="words"),
    ]
    named = "Write `a.b`:\n\n```thesis a.b\nx\n```\n\n```thesis >> a.b\ny\n```\n"
    assert list(blocks("f", named)) == [
        Block("f", 3, "thesis", "x\n", "a.b", False, "Write `a.b`:"),
        Block("f", 7, "thesis", "y\n", "a.b", True, "Write `a.b`:"),
    ]
    with pytest.raises(AssertionError, match="f:3: this block is never closed"):
        list(blocks("f", "a\n\n```sh\nb\n"))


STEPS = """A new folder, and in it `a.thesis`:

```console
$ mkdir mine
$ cd mine
```

Write `a.thesis`:

```thesis a.thesis
rules a "A"
param b = 1
```

At the end of `a.thesis`:

```thesis >> a.thesis
metric c = b + 1
```

Change a line of `a.thesis`:

```diff a.thesis
-param b = 1
+param b = 2
```

```console
$ thesis fmt --check a.thesis
$ thesis check a.thesis
…
a.thesis: no errors, rules cea0844349d8
```
"""


def test_a_page_is_followed_from_top_to_bottom(tmp_path: Path) -> None:
    assert run_page(list(blocks("x.md", STEPS)), tmp_path) == []
    assert (tmp_path / "mine" / "a.thesis").read_text() == 'rules a "A"\nparam b = 2\n\nmetric c = b + 1\n'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("-param b = 1", "-param b = 3", "does not have, once"),
        ("no errors", "1 error", "does not begin with"),
        ("Write `a.thesis`", "Write it", "does not tell the reader"),
        ("thesis a.thesis\nrules", "thesis b/a.thesis\nrules", "no folder"),
        ("$ mkdir mine\n$ cd mine", "$ touch mine", "only `thesis`, `mkdir` and `cd`"),
    ],
)
def test_a_step_that_does_not_hold_is_found(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in STEPS
    found = run_page(list(blocks("x.md", STEPS.replace(old, new))), tmp_path)
    assert any(words in line for line in found), found
    assert found[0].startswith("x.md:")


SESSION = """```python
>>> import thesis
>>> a = 1
```

```python
>>> a + 1
2
>>> thesis.load("alibba")
Traceback (most recent call last):
  …
thesis.ThesisError: error[C002]: there are no rules `alibba`
  mend: did you mean `alibaba`?
>>> print("one\\ntwo\\nthree")
one
…
```
"""


def test_a_session_is_run_as_it_is_typed(tmp_path: Path) -> None:
    assert run_python(list(blocks("x.md", SESSION)), tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2\n>>> thesis", "3\n>>> thesis", "Expected:\n    3\nGot:\n    2"),
        ("a = 1", "b = 1", "NameError"),
        ("one\n…", "two\n…", "Got:\n    one"),
        ("`alibaba`?", "`baba`?", "did you mean `alibaba`?"),
        (">>> import thesis\n>>> a = 1", "import thesis\na = 1", "each line that is typed begins with"),
        ('load("alibba")', 'load("alibaba")', "<alibaba: no errors>"),
    ],
)
def test_a_session_that_does_not_hold_is_found(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SESSION
    found = run_python(list(blocks("x.md", SESSION.replace(old, new))), tmp_path)
    assert any(words in line for line in found), found
    assert found[0].startswith("x.md:")


def test_dead_links_are_found() -> None:
    text = (
        "[a](README.md) [b](https://example.org/x) [c](docs/nowhere.md#part) ![d](no.png) [e](#here) [f](#not-here)\n"
    )
    text += "## Here\n```sh\n# not here\n```\n[g](docs/proofs.md#budget) [h](docs/proofs.md#costs)"
    assert dead_links(ROOT / "x.md", text) == ["docs/nowhere.md", "no.png", "#not-here", "docs/proofs.md#costs"]
