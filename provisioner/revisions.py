"""The files of a workspace as another Git revision has them, in a temporary folder.

The repository and the revision may be anybody's. Git is only asked what objects hold (`ls-tree`, `cat-file`), so that
no hook, filter, attribute, pager or monitor that they name is run, and nothing is fetched. What comes out is bounded,
and no path or link of it leads out of the folder.
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioner.errors import WorkspaceError
from provisioner.git import COMMIT, OWN, Git

MAX_FILES = 100_000
MAX_BYTES = 256 * 1024 * 1024
"""Of all files of a revision together."""
TIME_S = 60.0
"""For all that Git is asked."""
_AT_ONCE = 16 * 1024 * 1024
"""Bytes that one call of Git is asked for."""
_REF = re.compile(r"[^\x00-\x20\x7f-\x9f]{1,250}")
_FILES = (b"100644", b"100755", b"100664")
_LINK = b"120000"


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, and the folder with the workspace as it was then; None where it had none there."""

    commit: str
    folder: Path | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file or a link of a revision, by its path in the workspace."""

    path: str
    object: bytes
    size: int
    is_link: bool


@contextmanager
def revision(root: Path, ref: str) -> Iterator[Revision]:
    """A revision of the repository that the workspace at `root` is in.

    Raises WorkspaceError where there is no such repository or revision, or where its files cannot be had safely.
    """
    git = Git(root, TIME_S)
    shown = ref if ref.isprintable() else "it"
    if not _REF.fullmatch(ref):
        raise WorkspaceError("this takes a Git revision, such as origin/main or HEAD~1")
    prefix = git.told("rev-parse", "--show-prefix")
    if prefix is None:
        raise WorkspaceError(f"{root} is in no Git repository that can be read here, so it has no revision {shown}")
    named = git.told("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    commit = (named or b"").strip()
    if not COMMIT.fullmatch(commit):
        raise WorkspaceError(
            f"Git knows no commit {shown} here. Fetch it first; a shallow clone has only a few (fetch-depth: 0)"
        )
    folder = prefix.decode("utf-8", "surrogateescape").rstrip("\n")
    entries = tuple(_entries(git, commit, folder))
    if not any(entry.path == OWN[0] for entry in entries):
        yield Revision(commit.decode(), None)
        return
    with tempfile.TemporaryDirectory(prefix="provisioner-base-") as temporary:
        place = Path(temporary).resolve()
        _write(git, entries, place)
        yield Revision(commit.decode(), place)


def _entries(git: Git, commit: bytes, folder: str) -> Iterator[_Entry]:
    """What the workspace is made of. `100644 blob 1f2e… 12<TAB>rooms/a.yaml` is one."""
    paths = [f"{folder}{name}" for name in OWN]
    found = git.fields("ls-tree", "-r", "-z", "-l", "--full-tree", commit.decode(), "--", *paths)
    if found is None:
        raise WorkspaceError(f"Git cannot list the files of {commit.decode()[:12]}; the clone may lack them")
    if len(found) > MAX_FILES:
        raise WorkspaceError(f"{commit.decode()[:12]} has more than {MAX_FILES:,} files in the workspace")
    total = 0
    for line in found:
        told, _, path = line.partition(b"\t")
        mode, kind, name, size = told.split()
        inside = _inside(path, folder)
        if kind != b"blob" or mode not in (*_FILES, _LINK):
            raise WorkspaceError(f"{inside} is a submodule in that revision, whose files are in no commit of it")
        total += int(size)
        if total > MAX_BYTES:
            raise WorkspaceError(f"{commit.decode()[:12]} has more than {MAX_BYTES // 1024**2} MiB in the workspace")
        yield _Entry(inside, name, int(size), mode == _LINK)


def _inside(path: bytes, folder: str) -> str:
    """A path relative to the workspace. Raises WorkspaceError for one that a checkout would refuse as well."""
    text = path.decode("utf-8", "surrogateescape").removeprefix(folder)
    steps = text.split("/")
    if any(step in ("", ".", "..") or step.lower() == ".git" for step in steps):
        raise WorkspaceError("a path in that revision leads out of the workspace")
    return text


def _write(git: Git, entries: tuple[_Entry, ...], place: Path) -> None:
    """Files first, so that none is written through a link."""
    for some in _batches(tuple(entry for entry in entries if not entry.is_link)):
        for entry, content in zip(some, _contents(git, some), strict=True):
            file = place / entry.path
            try:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with file.open("xb") as stream:
                    stream.write(content)
            except (OSError, ValueError) as error:
                raise WorkspaceError("a file of that revision cannot be written down") from error
    links = tuple(entry for entry in entries if entry.is_link)
    for entry, content in zip(links, _contents(git, links), strict=True):
        target = content.decode("utf-8", "surrogateescape")
        led = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), target))
        if target.startswith("/") or led == ".." or led.startswith("../"):
            raise WorkspaceError(f"{_shown(entry.path)} is a symlink in that revision that leads out of the workspace")
        try:
            (place / entry.path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (place / entry.path).symlink_to(target)
        except (OSError, ValueError) as error:
            raise WorkspaceError("a symlink of that revision cannot be written down") from error


def _batches(entries: tuple[_Entry, ...]) -> Iterator[tuple[_Entry, ...]]:
    some: list[_Entry] = []
    size = 0
    for entry in entries:
        if some and size + entry.size > _AT_ONCE:
            yield tuple(some)
            some, size = [], 0
        some.append(entry)
        size += entry.size
    if some:
        yield tuple(some)


def _shown(path: str) -> str:
    return path if path.isprintable() else "a file"


def _contents(git: Git, entries: tuple[_Entry, ...]) -> list[bytes]:
    """What some files hold; `1f2e… blob 12<LF>` and the content and a line feed is one."""
    if not entries:
        return []
    told = git.told("cat-file", "--batch", given=b"".join(entry.object + b"\n" for entry in entries))
    found: list[bytes] = []
    at = 0
    for entry in entries:
        head = b"%s blob %d\n" % (entry.object, entry.size)
        if told is None or not told.startswith(head, at):
            raise WorkspaceError("Git lacks some files of that revision; fetch all of it (no --filter)")
        at += len(head)
        found.append(told[at : at + entry.size])
        at += entry.size + 1
    return found
