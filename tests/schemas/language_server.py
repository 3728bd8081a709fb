"""The YAML language server as an editor talks to it: a process of its own, over its standard streams."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SERVER = Path(__file__).resolve().parents[1] / "node/node_modules/yaml-language-server/bin/yaml-language-server"
LONGEST_S = 120
"""How long a module may talk to its server."""


def why_not() -> str:
    """Why there is no server to talk to, or an empty text."""
    if shutil.which("node") is None:
        return "there is no node on this machine"
    return "" if SERVER.exists() else "the YAML language server is not installed: make judges"


class LanguageServer:
    """A server with its settings. Places are lines and characters from 0, as the protocol counts."""

    def __init__(self, popen: subprocess.Popen[bytes], folder: Path, settings: Mapping[str, Any]) -> None:
        self._popen = popen
        self._settings = settings
        self._last = self._version = 0
        self._diagnostics: dict[str, list[Any]] = {}
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
        }
        uri = folder.as_uri()
        folders = [{"uri": uri, "name": folder.name}]
        start = {"processId": os.getpid(), "rootUri": uri, "workspaceFolders": folders, "capabilities": capabilities}
        self._ask("initialize", start)
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})

    @contextlib.contextmanager
    def document(self, path: Path, text: str | None = None) -> Iterator[Document]:
        """A file while it is open in the editor, with its own text or another."""
        uri = path.as_uri()
        self._version += 1  # the server keeps what it read of a version
        opened = {"uri": uri, "languageId": "yaml", "version": self._version}
        content = path.read_text(encoding="utf-8") if text is None else text
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": {**opened, "text": content}}})
        problems = self._diagnostics_of(uri)
        yield Document(self, uri, problems)
        self._send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        assert self._diagnostics_of(uri) == []  # it takes its complaints back

    def _diagnostics_of(self, uri: str) -> list[Any]:
        """What the server complains of in a document, the next time that it says so."""
        self._diagnostics.pop(uri, None)
        while uri not in self._diagnostics:
            self._read()
        return self._diagnostics[uri]

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        """Asks about a place in a document."""
        place = {"line": line, "character": character}
        return self._ask(method, {"textDocument": {"uri": uri}, "position": place})

    def _ask(self, method: str, params: Any) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._last and "method" not in message:
                return message["result"]

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._popen.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._popen.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._popen.stdin.flush()

    def _read(self) -> Any:
        assert self._popen.stdout is not None
        length = 0
        while header := self._popen.stdout.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has gone"
        message = json.loads(self._popen.stdout.read(length))
        match message:
            case {"method": "textDocument/publishDiagnostics", "params": params}:
                self._diagnostics[params["uri"]] = params["diagnostics"]
            case {"method": "workspace/configuration", "id": number, "params": {"items": items}}:
                self._send({"id": number, "result": [self._settings.get(item.get("section")) for item in items]})
            case {"method": _, "id": number}:
                self._send({"id": number, "result": None})
        return message


class Document:
    """A file that is open. `problems` has `line: message` for every complaint, lines from 1."""

    def __init__(self, server: LanguageServer, uri: str, problems: list[Any]) -> None:
        self._server = server
        self._uri = uri
        self.problems = [f"{found['range']['start']['line'] + 1}: {found['message']}" for found in problems]

    def completions(self, line: int, character: int) -> list[str]:
        """The labels of what is offered at a place."""
        offered = self._server.at("textDocument/completion", self._uri, line, character)
        return [item["label"] for item in offered["items"]]

    def hover(self, line: int, character: int) -> str:
        """What is shown at a place."""
        shown = self._server.at("textDocument/hover", self._uri, line, character)
        return "" if shown is None else str(shown["contents"]["value"])


@contextlib.contextmanager
def language_server(folder: Path, yaml: Mapping[str, Any]) -> Iterator[LanguageServer]:
    """A server for a folder with these settings below `yaml`; it ends with the block, or after LONGEST_S."""
    settings = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "completion": True, "hover": True, **yaml}}
    with subprocess.Popen(
        ["node", str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as popen:
        timer = threading.Timer(LONGEST_S, popen.kill)
        timer.start()
        try:
            yield LanguageServer(popen, folder, settings)
        finally:
            timer.cancel()
            popen.kill()
