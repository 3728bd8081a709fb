"""Where the values of secrets come from: the environment, then the file that the target names.

On the embedded service a secret that is not set gets a stand-in, so that a rehearsal needs none. Values are kept
out of every `repr`, and `conceal` takes them out of any text that came from elsewhere.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from provisioner.errors import WorkspaceError
from provisioner.secrets import SECRET_NAME

_SHORTEST_CONCEALED = 4


@dataclass(frozen=True, slots=True)
class SecretStore:
    """The values of the names that manifests use, as far as they are set. `missing` names the others."""

    values: Mapping[str, str] = field(repr=False)
    missing: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()

    def conceal(self, text: str) -> str:
        """The text without any value, in clear or as Base64, URL or JSON would write it."""
        forms = {form for value in self.values.values() if len(value) >= _SHORTEST_CONCEALED for form in _forms(value)}
        # The longest first: a value may be the beginning of what it looks like elsewhere.
        for form in sorted(forms, key=lambda form: (-len(form), form)):
            text = text.replace(form, "***")
        return text


def _forms(value: str) -> Iterator[str]:
    """A value in clear, and as Base64, URL and JSON write it."""
    encoded = base64.b64encode(value.encode()).decode()
    yield from (value, encoded, encoded.rstrip("="), quote(value, safe=""))
    yield from (json.dumps(value, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False))


def load_secrets(
    names: Iterable[str], environment: Mapping[str, str], file: Path | None, *, stands_in: bool
) -> SecretStore:
    """The values of `names`. `stands_in` gives those that are not set a stand-in. Raises WorkspaceError."""
    written = _read(file) if file is not None else {}
    values: dict[str, str] = {}
    missing: list[str] = []
    for name in sorted(set(names)):
        value = environment.get(name) or written.get(name)
        if value:
            values[name] = value
        else:
            missing.append(name)
    if stands_in:
        values |= {name: f"stand-in-{name.lower()}"[:32] for name in missing}
        return SecretStore(values, stand_ins=tuple(missing))
    return SecretStore(values, tuple(missing))


def _read(file: Path) -> dict[str, str]:
    """`NAME=value` lines; empty lines and lines that start with # do not count."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"the target's secrets_file {file} cannot be read: {_why(error)}") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator or not SECRET_NAME.match(name.strip()):
            raise WorkspaceError(f"{file}:{number}: a line of a secrets_file is NAME=value")
        found[name.strip()] = value.strip()
    return found


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "it cannot be opened" if isinstance(error, OSError) else "it is not UTF-8"
