"""GitHub's REST API, as far as the scripts need it: read, page, write, download.

A request that the rate limit refused was not carried out and is sent again, if the wait is short. Reads and changes,
which come out the same when repeated, are repeated after a fault; a creation is not, since nobody knows whether it
happened. The token goes to the API alone: redirects are not followed with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from runner import StepError, required

T = TypeVar("T", list[Any], dict[str, Any])

ATTEMPTS = 4
LONGEST_WAIT_S = 60.0
"""A limit that ends later than this ends the script instead."""
MOST_PAGES = 100
_ANSWER_CHARACTERS = 200


class UnknownOutcomeError(StepError):
    """A creation that may have happened or not."""

    def __init__(self, what: str) -> None:
        super().__init__(f"GitHub did not say whether {what} happened; look before running the job again.", exit_code=5)


class GitHub:
    """One repository, as the owner of a token sees it."""

    def __init__(self, api_url: str, repository: str, token: str) -> None:
        self._root = f"{api_url.rstrip('/')}/repos/{repository}"
        self._client = httpx.Client(
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            timeout=30,
        )

    @classmethod
    def from_environment(cls) -> GitHub:
        """The repository of this run, by the token that the step was given."""
        return cls(required("GITHUB_API_URL"), required("GITHUB_REPOSITORY"), required("GITHUB_TOKEN"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def listed(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Every entry of a list, page by page."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._sent("GET", path, params={**query, "per_page": "100", "page": str(page)})
            yield from _json(answer, list)
            if answer.links.get("next") is None:
                return
        raise StepError(f"{path} has more than {MOST_PAGES * 100:,} entries; that is more than this looks through.")

    def one(self, path: str, **query: str) -> dict[str, Any]:
        """One object."""
        return _json(self._sent("GET", path, params=query), dict)

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Creates something. Raises UnknownOutcomeError where that may have happened or not."""
        return _json(self._sent("POST", path, json=body), dict)

    def change(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Changes something to what the body says; repeated where the answer was lost."""
        return _json(self._sent("PATCH", path, json=body), dict)

    def download(self, path: str, file: Path, *, most_bytes: int) -> None:
        """What the API redirects to, without the token, as a file of at most so many bytes."""
        answer = self._sent("GET", path)
        location = answer.headers.get("Location", "")
        if answer.status_code != 302 or httpx.URL(location).scheme not in {"https", httpx.URL(self._root).scheme}:
            raise StepError(f"GitHub did not say where {path} is to be had.")
        try:
            with httpx.stream("GET", location, timeout=30) as stream, file.open("xb") as target:
                if not stream.is_success:
                    raise StepError(
                        f"The artefact cannot be downloaded (HTTP {stream.status_code}); run the job again."
                    )
                for piece in stream.iter_bytes(64 * 1024):
                    if target.tell() + len(piece) > most_bytes:
                        raise StepError(f"The artefact is larger than {most_bytes:,} bytes.", exit_code=4)
                    target.write(piece)
        except httpx.HTTPError as error:
            raise StepError(f"The artefact cannot be downloaded ({type(error).__name__}); run the job again.") from None

    def _sent(self, method: str, path: str, **content: Any) -> httpx.Response:
        """The answer, which is not an error. Raises StepError."""
        what, fault = f"{method} {path}", _Fault("nothing was sent")
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(0.25 * 2**attempt if fault.wait_s is None else fault.wait_s)
            answer = self._tried(method, path, content)
            if isinstance(answer, httpx.Response):
                return answer
            fault = answer
            if fault.may_have_happened and method == "POST":
                raise UnknownOutcomeError(what)
            if fault.wait_s is not None and fault.wait_s > LONGEST_WAIT_S:
                raise StepError(f"GitHub's rate limit holds {what} for {fault.wait_s:,.0f} s; run the job again then.")
        raise StepError(f"GitHub did not answer {what} in {ATTEMPTS} attempts ({fault.words}); run the job later.")

    def _tried(self, method: str, path: str, content: dict[str, Any]) -> httpx.Response | _Fault:
        """One attempt: the answer, or a fault after which another makes sense. Raises StepError for a refusal."""
        try:
            answer = self._client.request(method, self._root + path, **content)
        except httpx.ConnectError:
            return _Fault("no connection")
        except httpx.HTTPError as error:
            return _Fault(type(error).__name__, may_have_happened=True)
        if answer.status_code < 400:
            return answer
        if (wait_s := _limited_for(answer)) is not None:
            return _Fault("rate limit", wait_s=wait_s)
        if answer.status_code >= 500:
            return _Fault(f"HTTP {answer.status_code}", may_have_happened=True)
        raise StepError(_refusal(f"{method} {path}", answer))


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why an attempt failed, and how long a rate limit asks to wait before the next."""

    words: str
    may_have_happened: bool = False
    wait_s: float | None = None


def _limited_for(answer: httpx.Response) -> float | None:
    """For how many seconds a rate limit asks to wait; None for an answer of another kind."""
    after = answer.headers.get("Retry-After", "")
    is_used_up = answer.headers.get("X-RateLimit-Remaining") == "0"
    is_secondary = "secondary rate limit" in answer.text.lower()
    if answer.status_code != 429 and not (answer.status_code == 403 and (after or is_used_up or is_secondary)):
        return None
    if after.isdecimal():
        return float(after)
    reset = answer.headers.get("X-RateLimit-Reset", "")
    return max(0.0, float(reset) - time.time()) if is_used_up and reset.isdecimal() else LONGEST_WAIT_S


def _refusal(what: str, answer: httpx.Response) -> str:
    """A refusal in words, with what GitHub says about it."""
    try:
        said = str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        said = ""
    hint = {
        401: "the token is not valid or has expired",
        403: "the token may not do that; compare the job's `permissions:` with docs/ci.md",
        404: "there is no such thing, or the token may not see it; compare the job's `permissions:` with docs/ci.md",
        410: "it is gone; are issues switched off for this repository?",
        422: "GitHub does not take these values; is the pull request locked?",
    }.get(answer.status_code, "GitHub refuses it")
    quoted = "".join(filter(str.isprintable, said))[:_ANSWER_CHARACTERS]
    return f"{what}: HTTP {answer.status_code}, {hint}." + (f" GitHub says: {quoted}" if quoted else "")


def _json(answer: httpx.Response, shape: type[T]) -> T:
    """The answer's body, which has to be a list or an object."""
    try:
        value = answer.json()
    except ValueError:
        value = None
    if not isinstance(value, shape):
        raise StepError(
            f"{answer.request.method} {answer.request.url.path}: GitHub answered with no JSON {shape.__name__}."
        )
    return value
