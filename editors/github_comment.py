"""What an edit of rules changes in verdicts, as Markdown for a pull request: `action.yml` runs it.

    python editors/github_comment.py --base COMMIT [--companies TICKER…] [--as-of DAY] [--output FILE] RULES…

In: rule files and folders as they lie here, the commit that they are compared with. Out: Markdown, beginning with `MARK`, by which
an earlier comment is found again. It needs the program `thesis` and git, and nothing of this package.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

MARK = "<!-- thesis: what this edit changes -->"
MOST = 40
"""So many rows are shown of one thesis."""

Run = Callable[[Sequence[str]], "tuple[int, str, str]"]
"""Runs the program with arguments: its exit status, what it says on stdout and on stderr."""


def by_process(arguments: Sequence[str]) -> tuple[int, str, str]:
    """The program as it is installed."""
    done = subprocess.run(["thesis", *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def files(places: Iterable[str]) -> list[Path]:
    """The rule files in files and folders, each once."""
    found: dict[Path, None] = {}
    for place in map(Path, places):
        inside = sorted(place.rglob("*.thesis")) if place.is_dir() else [place]
        found.update(dict.fromkeys(inside))
    return list(found)


def comment(base: str, places: Sequence[str], companies: Sequence[str], day: dt.date, run: Run = by_process) -> str:
    """The comment. A file of `rules` counts for the companies that are named; a thesis for its own as well."""
    parts = [part for file in files(places) for part in _of_file(base, file, companies, day, run)]
    said = (
        "\n".join(parts)
        if parts
        else "No verdict, score or condition is another after this edit, for the names that were looked at.\n"
    )
    behind = f"As of {day}, by the facts that lie beside the rules; against {base[:10]}.\n"
    return f"{MARK}\n### What this edit changes in verdicts\n\n{said}\n{behind}"


def _of_file(base: str, file: Path, companies: Sequence[str], day: dt.date, run: Run) -> Iterator[str]:
    own: list[str | None] = [None] if _is_thesis(file) else []
    for company in [*own, *companies]:
        asked = ["changes", str(file), "--from", f"{day}", "--to", f"{day}", "--rules-as-of", base, "--format", "json"]
        status, out, err = run([*asked, *(["--for", company] if company else [])])
        about = f"`{file.as_posix()}`{f' for {company}' if company else ''}"
        if status:
            yield f"**{about}** cannot be compared: {_first(err)}\n"
            continue
        found = json.loads(out)
        if company is None or found["company"] not in own:
            yield from _of_company(found, about)
        if company is None:
            own.append(found["company"])  # named again, it is not shown twice


def _is_thesis(file: Path) -> bool:
    for line in file.read_text("utf-8-sig").splitlines():
        words = line.split()
        if words and not words[0].startswith("#"):
            return words[0] == "thesis"
    return False


def _first(err: str) -> str:
    """The first sentence of what went wrong."""
    line = next((line for line in err.splitlines() if line.strip()), "it says nothing")
    return _plain(line.partition(": ")[2] or line)


def _of_company(found: dict[str, Any], about: str) -> Iterator[str]:
    turned, edits = found["turned"], found["edits"]
    before, after = (found[f"score_{when}"] for when in ("before", "after"))
    if not edits and not turned:
        return
    score = ""
    if before and after and before["text"] != after["text"]:
        score = f" Score {before['text']} → {after['text']}."
    many = sum(each["role"] == "verdict" for each in turned)
    said = f"{many} verdict{'s turn' if many > 1 else ' turns'}." if many else "No verdict turns."
    yield f"**{_plain(found['title'])}**, {found['company']} ({about}): {said}{score}\n"
    if turned:
        yield "| what | before | after |\n| --- | --- | --- |"
        for each in turned[:MOST]:
            yield f"| {_plain(each['title'])} ({each['role']}) | {_plain(each['before'])} | {_plain(each['after'])} |"
        yield f"\nand {len(turned) - MOST} more\n" if len(turned) > MOST else ""
    for each in edits[:MOST]:
        was, now = each.get("was"), each.get("now")
        value = f": {_plain(was)} → {_plain(now)}" if was and now else ""
        yield f"- {each['action']} {each['keyword']} `{each['name']}`{', ' + each['part'] if each.get('part') else ''}{value}"
    yield f"- and {len(edits) - MOST} more\n" if len(edits) > MOST else ""


def _plain(text: str) -> str:
    """A text of the rules as Markdown shows it: it stands on one line, and is no markup, no cell and calls nobody by @."""
    for sign, shown in (
        ("\\", "\\\\"),
        ("|", "\\|"),
        ("`", "\\`"),
        ("*", "\\*"),
        ("_", "\\_"),
        ("<", "&lt;"),
        ("[", "\\["),
        ("@", "@\u200b"),
    ):
        text = text.replace(sign, shown)
    return " ".join(text.split())


def main(arguments: Sequence[str], run: Run = by_process) -> int:
    """Writes the comment where it is asked for, else to stdout."""
    parser = argparse.ArgumentParser(prog="github_comment.py", description="What an edit of rules changes in verdicts.")
    parser.add_argument("--base", required=True, metavar="COMMIT")
    parser.add_argument("--companies", nargs="*", default=[], metavar="TICKER")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=dt.datetime.now(dt.UTC).date(), metavar="DAY")
    parser.add_argument("--output", type=Path, metavar="FILE")
    parser.add_argument("rules", nargs="+")
    given = parser.parse_args(arguments)
    text = comment(given.base, given.rules, given.companies, given.as_of, run)
    if given.output is None:
        sys.stdout.write(text)
    else:
        given.output.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
