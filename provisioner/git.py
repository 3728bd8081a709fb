"""What Git says of a workspace. The repository may be anybody's: no command that its configuration names is run."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

from provisioner.errors import WorkspaceError

OWN = ("provisioner.yaml", "rooms", "templates", "values", "data")
"""What rooms are made of, relative to the workspace."""

TIME_S = 5.0
"""Nobody waits longer for a word in a report."""
COMMIT = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_QUIETLY = (
    *("--no-optional-locks", "--literal-pathspecs"),  # writing the index would run a hook
    *("--no-pager", "--no-replace-objects", "-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c", "safe.bareRepository=explicit"),
)
_OF_A_CALLER = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
)
"""In a hook these name the repository that the hook is of, which need not be the workspace's."""
_NO_FETCHING = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
_THE_USER_S = ("system", "global", "command")
"""Scopes of configuration that do not come with a repository."""
_SUBMODULE = b"160000"


class Git:
    """Git in a folder, with `time_s` seconds for all that it is asked."""

    def __init__(self, folder: Path, time_s: float) -> None:
        self._folder = folder
        self._time_s = time_s
        self._until = time.monotonic() + time_s

    def told(self, *arguments: str, given: bytes = b"") -> bytes | None:
        """What a command prints; None where it fails. Raises WorkspaceError without Git, or where time is over."""
        try:
            done = subprocess.run(  # noqa: S603 - fixed words; what a user names stands behind --end-of-options
                ["git", *_QUIETLY, *arguments],  # noqa: S607 - the user's Git
                cwd=self._folder,
                env=_environment(),
                input=given,
                capture_output=True,
                timeout=max(self._until - time.monotonic(), 0),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise WorkspaceError(f"Git did not tell within {self._time_s:.0f} s what the repository has") from error
        except OSError as error:
            raise WorkspaceError("Git cannot be run here, and this asks it for what the repository has") from error
        return done.stdout if done.returncode == 0 else None

    def fields(self, *arguments: str) -> list[bytes] | None:
        """The fields, each ended by NUL, that a command prints; None where it fails. Raises as `told`."""
        told = self.told(*arguments)
        return None if told is None else told.split(b"\0")[:-1]


def commit_of(root: Path, *, time_s: float = TIME_S) -> str | None:
    """The commit that is checked out, in 40 or 64 hexadecimal digits, if the workspace's files are as it has them.

    None where a file of `OWN` is changed, new or ignored (but for hidden ones that are ignored, such as `.DS_Store`),
    where Git was told not to look at one, or where one is in a submodule; where there is no commit, no repository or
    no Git, or the repository belongs to somebody else; where its own configuration has filters, which are commands
    that Git runs to compare files; and where Git takes longer than `time_s` seconds in all.
    """
    try:
        return _clean_commit(Git(root, time_s))
    except WorkspaceError:
        return None


def _clean_commit(git: Git) -> str | None:
    if _has_filters(git.fields("config", "--list", "--show-scope", "--name-only", "-z")):
        return None
    if not _is_all_looked_at(git.fields("ls-files", "--stage", "-v", "-z", "--", *OWN)):
        return None
    looks = ("--untracked-files=all", "--ignored=matching", "--ignore-submodules=dirty", "--no-renames")
    status = git.fields("status", "--porcelain=v2", "--branch", "-z", *looks, "--", *OWN)
    if status is None or any(_is_change(line) for line in status):
        return None
    commit = next((line.split()[2] for line in status if line.startswith(b"# branch.oid ")), b"")
    return commit.decode() if COMMIT.fullmatch(commit) else None


def _environment() -> dict[str, str]:
    """What Git is to know of this process: it fetches nothing, and the repository is that of its folder."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_A_CALLER}
    return {**kept, **_NO_FETCHING}


def _has_filters(configuration: list[bytes] | None) -> bool:
    """Whether a repository brings filters of its own; fields are scopes and names by turns."""
    if configuration is None:
        return True
    pairs = zip(configuration[::2], configuration[1::2], strict=True)
    return any(name.startswith(b"filter.") and scope.decode() not in _THE_USER_S for scope, name in pairs)


def _is_all_looked_at(entries: list[bytes] | None) -> bool:
    """Whether the workspace is in the repository, and Git compares all of it; `H 100644 1f2e… 0<TAB>name` is one."""
    split = [entry.partition(b"\t") for entry in entries or ()]
    is_inside = any(name == OWN[0].encode() for _, _, name in split)
    return is_inside and all(told.startswith(b"H ") and told[2:8] != _SUBMODULE for told, _, _ in split)


def _is_change(line: bytes) -> bool:
    kind, _, path = line.partition(b" ")
    is_hidden = path.rstrip(b"/").rpartition(b"/")[2].startswith(b".")
    return kind != b"#" and not (kind == b"!" and is_hidden)
