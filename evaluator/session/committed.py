"""Rules as they stood at a commit of git: read from the repository, with all that they use, and nothing checked out or written.

In: rules by name or path, the library, what names the commit. Out: `Committed`, or what stood in the way. Must not print.

Git is asked for four things alone: where the repository is, which commit is meant, what its tree holds, and what is in a file.
None of them runs a filter or a hook of the repository, and none asks a network. What lies outside of the repository has no
commits: it is read from disk as it is today, and said.
"""

from __future__ import annotations

import datetime as dt
import os
import posixpath
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.text.diagnostics import Diagnostic
from dsl.text.files import DISK, Files, Listed
from dsl.text.record import record
from dsl.text.source import MAX_BYTES, SourceFile, UnreadableFileError
from dsl.types.days import WRITTEN, iso
from evaluator.codes.messages import make
from evaluator.session.places import find_rules, from_here
from evaluator.session.reading import Failed, check_rules
from evaluator.session.service import no_rules

SECONDS = 60.0
"""How long git may take for one answer."""
_ELSEWHERE = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR",
    "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CONFIG_PARAMETERS", "GIT_EXTERNAL_DIFF",
)  # fmt: skip
"""What would have git look at another repository than the one in which the rules lie, as inside a hook."""
_LINK, _MODULE = "120000", "160000"
_MOST_LINKS = 40


@record
class Committed:
    """Rules as they stood at a commit."""

    checked: Checked
    asked: str
    """What named the commit."""
    commit: str
    day: dt.date
    """The day of the commit, where it was made."""
    outside: tuple[str, ...]
    """The files that were read and are in no commit."""

    @property
    def short(self) -> str:
        """The commit as people write it."""
        return self.commit[:10]


class _Refused(Exception):
    """Git gave no answer: what it said, and what to do."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


@record
class _Entry:
    """A file, link or other repository in a tree."""

    mode: str
    blob: str
    size: int


def at_commit(rules: str, places: Library, asked: str) -> Committed | Failed:
    """Rules as they stood at a commit, with the modules that they used then.

    In: rules by name or path, the library, a commit as git names it (a branch, a tag, a hash, `HEAD~3`), or a day (the last
    commit of HEAD by then). Out: the rules, free of errors; Failed (wrong use) where there is no git, repository, commit or
    file; Failed with their findings where they had errors.
    """
    path = find_rules(rules, places)
    if path is None:
        return Failed((no_rules(rules, places),), wrong_use=True)
    try:
        git = _Git(path)
        commit, day = git.commit(asked)
        files = AtCommit(git, commit)
        if not files.is_file(path):
            raise _Refused(
                f"{from_here(path)} is not in git at {asked} (commit {commit[:10]} of {day})",
                "name a commit in which it is there: `git log --follow -- FILE` lists them",
            )
        then = Library(places.folders, files)
        checked = check_rules(path, then, from_here(path))
    except _Refused as refused:
        return Failed((make("C002", None, what=refused.what, mend=refused.mend),), wrong_use=True)
    if isinstance(checked, Failed):
        return checked
    if checked.program is None:
        return Failed((_errors(asked, commit, day), *checked.diagnostics))
    return Committed(checked, asked, commit, day, tuple(sorted(files.outside)))


def _errors(asked: str, commit: str, day: dt.date) -> Diagnostic:
    what = f"the rules had errors at {asked} (commit {commit[:10]} of {day}), which follow"
    return make("C002", None, what=what, mend="name a commit at which `thesis check` found none")


class _Git:
    """The repository in which a file lies."""

    def __init__(self, path: Path) -> None:
        self.program = shutil.which("git")
        if self.program is None:
            what = "git is not installed, and rules of a commit are read with it"
            raise _Refused(what, "install git, or name the earlier rules as a file with --rules-before")
        self.folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
        if not os.path.isdir(self.folder):
            raise _Refused(f"there is no folder {self.folder}", "name a rule file in a folder that is there")
        self.root = os.path.realpath(self._text("rev-parse", "--show-toplevel", why="in no git repository"))

    def commit(self, asked: str) -> tuple[str, dt.date]:
        """The commit that is meant, whole, and its day. Raises _Refused."""
        mend = "name a branch, a tag, a commit or a day, as `git log` shows them"
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{asked}^{{commit}}")
        commit = found.stdout.decode("ascii", "replace").strip()
        if found.returncode or not re.fullmatch(r"[0-9a-f]{40,64}", commit):
            if not re.fullmatch(WRITTEN, asked):
                raise _Refused(f"there is no commit `{asked}` in {self.root}", mend)
            said = self._run("rev-list", "-1", f"--before={asked} 23:59:59", "HEAD", "--")
            commit = said.stdout.decode("ascii", "replace").strip()
            if said.returncode or not commit:
                raise _Refused(f"there is no commit by {asked} in {self.root}", mend)
        said_day = self._text("show", "--no-patch", "--no-show-signature", "--format=%cd", "--date=short", commit)
        try:
            return commit, iso(said_day.splitlines()[-1])
        except (ValueError, IndexError):
            raise _Refused(f"the day of commit {commit[:10]} cannot be read: `{said_day}`", mend) from None

    def tree(self, commit: str) -> Mapping[str, _Entry]:
        """All that a commit holds, by its path from the root."""
        listed = self._run("ls-tree", "-r", "-l", "-z", "--full-tree", commit)
        if listed.returncode:
            raise _Refused(f"git cannot list commit {commit[:10]}: {_said(listed)}", "fetch the whole repository")
        found = {}
        for line in listed.stdout.split(b"\0"):
            head, tab, name = line.partition(b"\t")
            if tab:
                mode, _, blob, size = head.decode("ascii").split()
                found[os.fsdecode(name)] = _Entry(mode, blob, int(size) if size.isdigit() else 0)
        return found

    def blob(self, name: str) -> bytes:
        """What is in a file. Raises _Refused."""
        found = self._run("cat-file", "blob", name)
        if found.returncode:
            raise _Refused(f"git cannot read {name[:10]}: {_said(found)}", "fetch the whole repository")
        return found.stdout

    def _text(self, *words: str, why: str = "") -> str:
        found = self._run(*words)
        if found.returncode:
            what = f"the rules in {self.folder} are {why}: {_said(found)}" if why else f"git failed: {_said(found)}"
            raise _Refused(what, "keep them in git, or name the earlier rules as a file with --rules-before")
        return os.fsdecode(found.stdout).strip("\n")

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        around = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        around |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        command = [self.program or "git", "--no-pager", "--literal-pathspecs", *words]
        try:
            return subprocess.run(
                command, cwd=self.folder, env=around, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _Refused(
                f"git took longer than {SECONDS:g} seconds", "try again, or look at the repository"
            ) from None
        except (OSError, ValueError) as error:
            raise _Refused(f"git cannot be run: {error}", "check that `git status` works here") from None


def _said(found: subprocess.CompletedProcess[bytes]) -> str:
    lines = found.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"status {found.returncode}"


class AtCommit:
    """The files of a commit, in place of those that lie on disk below the root of its repository; all others as they are."""

    def __init__(self, git: _Git, commit: str, beneath: Files = DISK) -> None:
        self._git, self.commit, self._beneath = git, commit, beneath
        self._tree = git.tree(commit)
        self._folders: dict[str, dict[str, Listed]] = {"": {}}
        for path, entry in self._tree.items():
            if entry.mode == _MODULE:
                continue
            folder, name = posixpath.split(path)
            self._folders.setdefault(folder, {})[name] = Listed(name, link=entry.mode == _LINK)
            while folder:
                folder, name = posixpath.split(folder)
                self._folders.setdefault(folder, {}).setdefault(name, Listed(name, folder=True))
        self.outside: set[str] = set()
        """What was read from disk, since it lies outside of the repository."""

    def __repr__(self) -> str:
        return f"AtCommit({self._git.root} at {self.commit[:10]})"

    def read(self, path: Path, shown: str | None = None) -> SourceFile:
        """The text of a file as it stood. Raises UnreadableFileError."""
        inner = self._inner(path)
        if inner is None:
            self.outside.add(shown or str(path))
            return self._beneath.read(path, shown)
        name = f"{shown or path} at {self.commit[:10]}"
        entry = self._tree.get(self._followed(inner) or "")
        if entry is None or entry.mode == _MODULE:
            raise UnreadableFileError(name, "there was no such file", "name a commit in which it is there")
        if entry.size > MAX_BYTES:
            reason = f"the file is {entry.size / 1e6:.1f} MB; the most is {MAX_BYTES / 1e6:.1f} MB"
            raise UnreadableFileError(name, reason, "take away what is not needed")
        try:
            return SourceFile.of_bytes(name, self._git.blob(entry.blob))
        except _Refused as refused:
            raise UnreadableFileError(name, refused.what, refused.mend) from None

    def is_file(self, path: Path) -> bool:
        """Whether there was such a file."""
        inner = self._inner(path)
        if inner is None:
            return self._beneath.is_file(path)
        entry = self._tree.get(self._followed(inner) or "")
        return entry is not None and entry.mode != _MODULE

    def list(self, folder: Path) -> tuple[Listed, ...]:
        """What a folder held, sorted by name."""
        inner = self._inner(folder)
        if inner is None:
            return self._beneath.list(folder)
        held = self._folders.get(self._followed(inner) or "", {}) if inner else self._folders[""]
        return tuple(held[name] for name in sorted(held))

    def real(self, path: Path) -> str:
        """The file itself, whatever links of the commit lead to it."""
        inner = self._inner(path)
        if inner is None:
            return self._beneath.real(path)
        return os.path.join(self._git.root, *(self._followed(inner) or inner).split("/"))

    def _inner(self, path: Path) -> str | None:
        """The path from the root of the repository; None outside of it. A link on disk below the root is not followed: it
        may have led elsewhere then."""
        whole = os.path.abspath(path)
        parts = Path(whole).parts
        for count in range(1, len(parts) + 1):
            if os.path.realpath(os.path.join(*parts[:count])) == self._git.root:
                return "/".join(parts[count:])
        return None

    def _followed(self, inner: str) -> str | None:
        """The same with the links of the commit followed; None where one leads out of the repository or to itself."""
        ahead, done = inner.split("/"), list[str]()
        for _ in range(_MOST_LINKS + len(ahead)):
            if not ahead:
                return "/".join(done)
            step = ahead.pop(0)
            if step in ("", "."):
                continue
            if step == "..":
                if not done:
                    return None
                done.pop()
                continue
            entry = self._tree.get("/".join([*done, step]))
            if entry is None or entry.mode != _LINK:
                done.append(step)
                continue
            try:
                target = os.fsdecode(self._git.blob(entry.blob))
            except _Refused:
                return None
            if target.startswith("/"):
                return None
            ahead = [*target.split("/"), *ahead]
        return None
