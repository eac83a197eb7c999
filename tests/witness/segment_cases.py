"""Cases for both sides: what happens, with which mappings and settings, and what is answered."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from segment_events import PRESETS, Events
from segment_mappings import Mappings
from segment_values import BEYOND, MISSING, Values, without_missing

Case = dict[str, Any]

_SETTINGS: Final = {"databaseId": "db", "privateToken": "token", "databaseRegion": "eu-west"}
_REGIONS: Final = (
    "eu-west",
    "ca-east",
    "ap-se",
    "us-west",
    "custom",
    "us-east",
    "a b",
    "-x",
    "",
    True,
    ["custom"],
)
_URIS: Final = (
    "rapi.example.com", "rapi.example.com:8443", "localhost", "https://rapi.example.com",
    "rapi.example.com/", "rapi.example.com/prefix", "", "[::1]:8443", "user@rapi.example.com",
)  # fmt: skip
_ANSWERS: Final = (
    (200, "OK"), (201, "Created"), (204, "No Content"), (400, "Bad Request"),
    (401, "Unauthorized"), (404, "Not Found"), (409, "Conflict"), (429, "Too Many Requests"),
    (500, "Internal Server Error"), (503, ""), (418, "I'm a teapot"),
)  # fmt: skip
_SHARES: Final = {
    "presets": 30,
    "own": 22,
    "batch": 16,
    "delete": 4,
    "settings": 5,
    "answer": 5,
    "mapping": 10,
    "fql": 8,
}
"""How often each kind of case is drawn."""


def cases(count: int, seed: int) -> Iterator[str]:
    """So many cases, a line of JSON each, always the same for a seed."""
    making = Cases(Random(seed))
    for number in range(count):
        text = json.dumps({"id": f"{seed}-{number}", **making.any()})
        yield text.replace(repr(BEYOND), "1e400")


class Cases:
    """Draws cases.

    Args:
        draw: Where chance comes from.
    """

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.values = Values(draw)
        self.events = Events(self.values)
        self.mappings = Mappings(self.values)

    def any(self) -> Case:
        """A case of any kind."""
        (kind,) = self.draw.choices(list(_SHARES), list(_SHARES.values()))
        made: Case = getattr(self, kind)()
        return made

    def presets(self) -> Case:
        """An event, for whatever presets want it."""
        return self._case("event", event=self.events.any())

    def own(self) -> Case:
        """An event and mappings of the user's own."""
        mappings = [self.mappings.mapping() for _ in range(self.draw.choice((1, 1, 1, 2)))]
        return self._case("event", mappings, event=self.events.any())

    def batch(self) -> Case:
        """Events that travel together, not all of them for the mapping nor all of them right."""
        preset = self.draw.choice(list(PRESETS))
        fitting = self.events.event(*PRESETS[preset])
        mapping: Any = preset
        if self.draw.random() < 0.35:
            mapping = self.mappings.mapping()
        drawn = (self.draw.random() for _ in range(self.draw.choice((0, 1, 2, 3, 5))))
        others = [
            self.events.event(*PRESETS[preset]) if one < 0.7 else self.events.any() for one in drawn
        ]
        events = [fitting, *others] if self.draw.random() < 0.95 else []
        return self._case("batch", [mapping], events=events)

    def delete(self) -> Case:
        """The demand to delete a user."""
        event = {"type": "delete", "userId": self.values.id(), "anonymousId": self.values.id()}
        answer = self._answer() if self.draw.random() < 0.3 else {}
        return self._case("delete", event=without_missing(event), **answer)

    def settings(self) -> Case:
        """Settings that may be wrong, in whatever mode."""
        mode = self.draw.choice(("event", "testAuthentication", "testAuthentication", "delete"))
        event = {} if mode == "testAuthentication" else {"event": self.events.any()}
        answer = self._answer() if self.draw.random() < 0.3 else {}
        return {**self._case(mode, **event, **answer), "settings": self._settings()}

    def answer(self) -> Case:
        """An event or a batch, and an answer that is not simply `ok`."""
        event = {"type": "page", "name": "n", "userId": "é b"}
        if self.draw.random() < 0.5:
            return self._case("batch", ["Page - Viewed"], events=[event], **self._answer())
        return self._case("event", event=event, **self._answer())

    def mapping(self) -> Case:
        """A mapping on its own."""
        mapping = self.mappings.mapping()["mapping"]
        if self.draw.random() < 0.3:
            mapping = self.mappings.directive(3)
        if self.draw.random() < 0.2:
            return {"mapping": mapping, "data": [self.events.any()], "batch": True}
        return {"mapping": mapping, "data": self.events.any()}

    def fql(self) -> Case:
        """A subscription on its own."""
        return {"fql": self.mappings.query(), "event": self.events.any()}

    def _case(self, mode: str, mappings: list[Any] | None = None, **rest: Any) -> Case:
        return {"mode": mode, **rest, "mappings": mappings, "settings": _SETTINGS}

    def _settings(self) -> Case:
        values = self.values
        drawn = {
            "databaseId": values.usually("db", values.any),
            "privateToken": values.usually("token", values.any),
            "databaseRegion": values.usually(self.draw.choice(_REGIONS), values.any, 0.85),
            "apiUri": values.usually(self.draw.choice(_URIS), values.any, 0.7),
            "more": self.draw.choice((MISSING, 1)),
        }
        return without_missing(drawn)

    def _answer(self) -> Case:
        if self.draw.random() < 0.15:
            return {"respond": {"networkError": True}}
        status, text = self.draw.choice(_ANSWERS)
        body = self.draw.choice(({"message": "m"}, "ok", [], {}, [{"code": 200, "json": "ok"}]))
        written = {
            "headers": {
                "content-type": self.draw.choice(("text/plain", "application/json; charset=utf-8"))
            },
            "body": self.draw.choice(('"ok"', "{oops", "", "ok", '{"a": 1}')),
        }
        more = {"body": body} if self.draw.random() < 0.6 else written
        return {"respond": {"status": status, "statusText": text, **more}}
