"""What faults do: one record per kind, read from and written to JSON, added to a plan."""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from random import Random
from typing import Any, ClassVar, Final, Protocol

import attrs

from recombee_mock.faults.delay import MOST, Delay, delay_from_json
from recombee_mock.faults.plan import Plan, Refused
from recombee_mock.fields import FieldError, Fields
from recombee_mock.seeing.declared import misnamed

_WHEN: Final = ("before", "after")
_NO_BODY: Final = frozenset({204, 205, 304})
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*", re.ASCII)


class Effect(Protocol):
    """What a fault does."""

    kind: ClassVar[str]

    def add_to(self, plan: Plan, random: Random) -> None:
        """Do it to the request of this plan."""


@attrs.frozen
class Status:
    """An answer instead of the real one.

    Attributes:
        status: HTTP status.
        body: JSON, or with a `content_type` text; `None` for a message that says it is a fault.
        retry_after: Seconds or an HTTP date.
        when: `before`: the request is not carried out; `after`: it is, and its answer thrown away.
        content_type: Of a body that is no JSON, such as a load balancer's page.
    """

    kind: ClassVar[str] = "status"
    status: int
    body: Any = None
    retry_after: float | str | None = None
    when: str = "before"
    content_type: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "Status":
        """From JSON."""
        effect = cls(
            fields.whole("status", least=200, most=599),
            fields.take("body", None),
            fields.take("retryAfter", None),
            fields.choice("when", _WHEN, "before"),
            fields.text("contentType", None),
        )
        if effect.content_type is not None:
            _check_page(fields, effect.content_type, effect.body)
        if effect.status in _NO_BODY:
            raise FieldError(f"{fields.name('status')} must be one whose answers have a body")
        after = effect.retry_after
        if not (after is None or _is_retry_after(after)):
            raise FieldError(f"{fields.name('retryAfter')} must be seconds or an HTTP date")
        return effect

    def add_to(self, plan: Plan, _random: Random) -> None:
        """Answer so."""
        if plan.refused is None:
            after = self.retry_after
            text = after if after is None or isinstance(after, str) else f"{after:g}"
            plan.refused = Refused(
                self.status, self._text(), text, self.when == "after", self.content_type
            )

    def _text(self) -> bytes:
        if self.content_type is not None:
            return str(self.body).encode()
        if self.body is not None:
            return json.dumps(self.body).encode()
        text = f"{HTTPStatus(self.status).phrase if self.status in _PHRASES else 'Refused'}!"
        if self.status == HTTPStatus.UNAUTHORIZED:
            return json.dumps({"statusCode": 401, "error": text}).encode()
        return json.dumps({"message": text}).encode()


_PHRASES: Final = frozenset(status.value for status in HTTPStatus)


def _check_page(fields: Fields, content_type: str, body: Any) -> None:
    if not _MEDIA_TYPE.fullmatch(content_type):
        raise FieldError(f"{fields.name('contentType')} must be a media type, such as text/html")
    if not isinstance(body, str):
        raise FieldError(f"{fields.name('body')} must be a text where contentType is given")


def _is_retry_after(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isprintable() and bool(value)
    return isinstance(value, int | float) and type(value) is not bool and 0 <= value < 2**31


@attrs.frozen
class Latency:
    """A pause; `before`: a client that leaves meanwhile is not served, `after`: it was."""

    kind: ClassVar[str] = "latency"
    delay: Delay
    when: str = "after"

    @classmethod
    def read(cls, fields: Fields) -> "Latency":
        """From JSON."""
        delay = delay_from_json(fields.take("delay"), fields.name("delay"))
        return cls(delay, fields.choice("when", _WHEN, "after"))

    def add_to(self, plan: Plan, random: Random) -> None:
        """Pauses add up, to the longest that is allowed."""
        seconds = self.delay.draw(random)
        if self.when == "before":
            plan.wait_before = min(plan.wait_before + seconds, MOST)
        else:
            plan.wait_after = min(plan.wait_after + seconds, MOST)


@attrs.frozen
class Reset:
    """The connection is reset, before the request is done or after: answered, but lost."""

    kind: ClassVar[str] = "reset"
    when: str = "before"

    @classmethod
    def read(cls, fields: Fields) -> "Reset":
        """From JSON."""
        return cls(fields.choice("when", _WHEN, "before"))

    def add_to(self, plan: Plan, _random: Random) -> None:
        """Reset."""
        plan.reset = plan.reset or self.when


@attrs.frozen
class Truncate:
    """Part of the body, then the connection closes; `keep` is from 0 to below 1."""

    kind: ClassVar[str] = "truncate"
    keep: float = 0.5

    @classmethod
    def read(cls, fields: Fields) -> "Truncate":
        """From JSON."""
        return cls(fields.number("keep", 0.5, most=0.999999))

    def add_to(self, plan: Plan, _random: Random) -> None:
        """Cut."""
        plan.keep = self.keep if plan.keep is None else plan.keep


@attrs.frozen
class Slow:
    """A body that comes in drops; after `most` seconds all of it is there."""

    kind: ClassVar[str] = "slow"
    bytes_per_second: float
    most: float = 60.0

    @classmethod
    def read(cls, fields: Fields) -> "Slow":
        """From JSON."""
        return cls(
            fields.number("bytesPerSecond", least=1.0), fields.number("most", 60.0, most=MOST)
        )

    def add_to(self, plan: Plan, _random: Random) -> None:
        """Slow down."""
        if plan.rate is None:
            plan.rate, plan.rate_most = self.bytes_per_second, self.most


@attrs.frozen
class Item:
    """An item inside a batch fails; the others are carried out.

    Attributes:
        status: Of the item's answer.
        message: Its text.
        operation: Only items of this request class.
        position: Only the item at this place, from 0.
        probability: Of each item that is left.
        items: How many fail at most.
    """

    kind: ClassVar[str] = "item"
    status: int = 500
    message: str = "The item failed!"
    operation: str | None = None
    position: int | None = None
    probability: float = 1.0
    items: int = 1

    @classmethod
    def read(cls, fields: Fields) -> "Item":
        """From JSON."""
        return cls(
            fields.whole("status", 500, least=200, most=599),
            fields.text("message", "The item failed!"),
            _operation(fields),
            fields.whole("position", None),
            fields.number("probability", 1.0, most=1.0),
            fields.whole("items", 1, least=1),
        )

    def add_to(self, plan: Plan, random: Random) -> None:
        """Look out for items."""
        left = self.items

        def spoil(at: int, operation: str, chance: Random) -> tuple[int, str] | None:
            nonlocal left
            if left <= 0 or self.position not in {None, at}:
                return None
            if self.operation not in {None, operation} or chance.random() >= self.probability:
                return None
            left -= 1
            return self.status, self.message

        plan.spoils.append((spoil, random))


def _operation(fields: Fields) -> str | None:
    name: str | None = fields.text("operation", None)
    if name is not None and (wrong := misnamed(name)):
        raise FieldError(f"{fields.name('operation')}: {wrong}")
    return name


@attrs.frozen
class Skew:
    """The server's clock is wrong, for signatures and the `Date` header; negative: it is slow."""

    kind: ClassVar[str] = "clock"
    skew: float

    @classmethod
    def read(cls, fields: Fields) -> "Skew":
        """From JSON."""
        return cls(fields.number("skew", least=-10e6, most=10e6))

    def add_to(self, plan: Plan, _random: Random) -> None:
        """Mislead."""
        plan.skew += self.skew


@attrs.frozen
class Erasing:
    """As while a reset is under way: 422. Meets everything but ResetDatabase itself."""

    kind: ClassVar[str] = "erasing"

    @classmethod
    def read(cls, _fields: Fields) -> "Erasing":
        """From JSON."""
        return cls()

    def add_to(self, plan: Plan, _random: Random) -> None:
        """Refuse."""
        body = b'{"message": "The database is being erased; try again in a moment!"}'
        plan.refused = plan.refused or Refused(422, body)


_READ: Final[Mapping[str, Callable[[Fields], Effect]]] = {
    effect.kind: effect.read
    for effect in (Status, Latency, Reset, Truncate, Slow, Item, Skew, Erasing)
}
_NAMES: Final = {
    "retry_after": "retryAfter",
    "content_type": "contentType",
    "bytes_per_second": "bytesPerSecond",
}


def effect_from_json(value: Any, where: str) -> Effect:
    """The effect that `kind` names.

    Raises:
        FieldError: There is none, or it is not complete.
    """
    fields = Fields(value, where)
    effect = _READ[fields.choice("kind", list(_READ))](fields)
    fields.done()
    return effect


def effect_to_json(effect: Effect) -> dict[str, Any]:
    """The effect with everything that was left to the default; unset members are missing."""
    members = {field: getattr(effect, field) for field in effect.__slots__ if field[0] != "_"}  # type: ignore[attr-defined]
    shown = {
        _NAMES.get(name, name): value.to_json() if isinstance(value, Delay) else value
        for name, value in members.items()
        if value is not None
    }
    return {"kind": effect.kind, **shown}
