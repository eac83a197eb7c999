"""Somebody who sends events to a forwarder, and looks how it stands."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from time import monotonic
from typing import Any, Final, Protocol

import attrs

PATIENCE: Final = 60.0
"""Seconds after which something that should happen counts as never happening."""
DELETERS: Final = "deleters"
"""The key of who may delete."""


class Listening(Protocol):
    """Those who may be posted to."""

    def url(self, name: str, /) -> str:
        """Where one listens; waits while it does not."""


@attrs.frozen
class Insistent:
    """Posts calls one after the other, each until it is accepted.

    Attributes:
        forwarders: Where to.
        name: Which of them.
    """

    forwarders: Listening
    name: str

    def post_all(self, calls: Iterable[tuple[str, object]]) -> int:
        """Post calls; how often one had to be posted again."""
        again = 0
        for path, body in calls:
            before = monotonic()
            while post(f"{self.forwarders.url(self.name)}{path}", body) != 200:
                assert monotonic() - before < PATIENCE, f"{path} is never accepted"
                again += 1
        return again


def post(url: str, body: object) -> int:
    """The status of the answer; 0 if there is none."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {DELETERS}"}
    asked = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def backlog(url: str) -> int:
    """How many events wait there; some, if the queue does not tell."""
    backlog = standing(url).get("backlog")
    return 1 if backlog is None else backlog["events"]


def standing(url: str) -> dict[str, Any]:
    """How things stand there."""
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=PATIENCE) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:  # it is not ready, and tells why
        with error:
            return json.load(error)
