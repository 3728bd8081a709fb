"""As much of GitHub's REST API as the scripts use, on a port of this machine, with faults on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

REPOSITORY = "seven-cranes/rooms"
TOKEN = "ghs_made-up-token-of-the-job"
BOT = "github-actions[bot]"


@dataclass(frozen=True)
class Fault:
    """An answer instead of the real one, for the next requests with this method. `happens` first carries it out."""

    method: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Something is wrong"
    happens: bool = False


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: Any


@dataclass
class FakeGitHub:
    """One repository: its comments by issue, issues, pull requests, artefacts by run, and what was asked."""

    url: str = ""
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    artifacts: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    archives: dict[int, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    last_id: int = 1000

    def writes(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self.asked if one.method != "GET"]

    def comment(self, number: int, body: str, login: str = BOT) -> dict[str, Any]:
        entry = {"id": self._next_id(), "body": body, "user": {"login": login}}
        self.comments.setdefault(number, []).append(entry)
        return entry

    def issue(self, title: str, body: str, login: str = BOT, **more: Any) -> dict[str, Any]:
        number = len(self.issues) + 1
        entry = {"id": self._next_id(), "number": number, "title": title, "body": body, "state": "open"}
        entry |= {"user": {"login": login}, **more}
        self.issues.append(entry)
        return entry

    def artifact(self, run_id: int, archive: bytes, name: str = "provisioner-plan", **more: Any) -> None:
        entry = {"id": self._next_id(), "name": name, "expired": False, "size_in_bytes": len(archive), **more}
        self.artifacts.setdefault(run_id, []).append(entry)
        self.archives[entry["id"]] = archive

    def _next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body."""
        if asked.path.startswith("/storage/"):
            return 200, {}, self.archives[int(asked.path.rsplit("/", 1)[1])]
        if asked.token != f"Bearer {TOKEN}":
            return 401, {}, {"message": "Bad credentials"}
        fault = next((fault for fault in self.faults if fault.method == asked.method), None)
        if fault is not None:
            self.faults.remove(fault)
            if fault.happens:
                self._route(asked)
            return fault.status, fault.headers, {"message": fault.message}
        return self._route(asked)

    def _route(self, asked: Asked) -> tuple[int, dict[str, str], Any]:
        parts = asked.path.removeprefix(f"/repos/{REPOSITORY}/").split("/")
        match asked.method, parts:
            case "GET", ["issues", number, "comments"]:
                return self._page(asked, self.comments.get(int(number), []))
            case "POST", ["issues", number, "comments"]:
                return 201, {}, self.comment(int(number), asked.body["body"])
            case "PATCH", ["issues", "comments", comment]:
                entries = [one for entries in self.comments.values() for one in entries if one["id"] == int(comment)]
                return self._changed(entries, asked.body)
            case "GET", ["issues"]:
                state, creator = asked.query["state"], asked.query["creator"]
                listed = [one for one in self.issues if one["state"] == state and one["user"]["login"] == creator]
                return self._page(asked, listed)
            case "POST", ["issues"]:
                return 201, {}, self.issue(**asked.body)
            case "PATCH", ["issues", number]:
                return self._changed([one for one in self.issues if one["number"] == int(number)], asked.body)
            case "GET", ["pulls"]:
                owner, branch = asked.query["head"].split(":", 1)
                heads = [(pull, pull["head"]) for pull in self.pulls if pull["state"] == asked.query["state"]]
                listed = [pull for pull, head in heads if head["ref"] == branch and head["user"]["login"] == owner]
                return self._page(asked, listed)
            case "GET", ["actions", "runs", run_id, "artifacts"]:
                listed = [one for one in self.artifacts.get(int(run_id), []) if one["name"] == asked.query["name"]]
                return 200, {}, {"total_count": len(listed), "artifacts": listed}
            case "GET", ["actions", "artifacts", artifact, "zip"]:
                return 302, {"Location": f"{self.url}/storage/{artifact}"}, {}
            case _:
                return 404, {}, {"message": "Not Found"}

    def _page(self, asked: Asked, entries: list[dict[str, Any]]) -> tuple[int, dict[str, str], Any]:
        size, page = int(asked.query["per_page"]), int(asked.query["page"])
        has_next = len(entries) > page * size
        link = {"Link": f'<{self.url}{asked.path}?page={page + 1}>; rel="next"'} if has_next else {}
        return 200, link, entries[(page - 1) * size : page * size]

    @staticmethod
    def _changed(entries: list[dict[str, Any]], body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        if not entries:
            return 404, {}, {"message": "Not Found"}
        entries[0].update(body)
        return 200, {}, entries[0]


@contextmanager
def serving() -> Iterator[FakeGitHub]:
    """A GitHub that is there until the block is left."""
    github, lock = FakeGitHub(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            address = urlsplit(self.path)
            token = self.headers.get("Authorization", "")
            asked = Asked(self.command, address.path, dict(parse_qsl(address.query)), token, body)
            with lock:
                github.asked.append(asked)
                status, headers, content = github.answer(asked)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - names of the library

        def log_message(self, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        github.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield github
        finally:
            server.shutdown()
            thread.join()
