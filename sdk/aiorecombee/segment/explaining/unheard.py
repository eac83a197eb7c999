"""Why nobody listens to an event, and what was perhaps meant."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from aiorecombee.segment.destination import Destination
from aiorecombee.segment.explaining.near_names import nearest
from aiorecombee.segment.explaining.shown import value_text
from aiorecombee.segment.fql import SubscriptionError, compile_subscription
from aiorecombee.segment.subscriptions import Subscription, name_of

_NAME: Final = "event"
_MISPLACED: Final = "name"


def why_unheard(event: Mapping[str, Any], destination: Destination) -> tuple[str, ...]:
    """Sentences for an event that no subscription is for."""
    disabled = tuple(_disabled(event, destination.disabled))
    return disabled or _why_unheard(event, destination.subscriptions)


def _disabled(event: Mapping[str, Any], mappings: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Those that would listen, were they switched on."""
    for one in mappings:
        try:
            if compile_subscription(one.get("subscribe"))(event):
                yield f"{_quoted(name_of(one, 0))} is for it, but it is not enabled."
        except SubscriptionError:
            continue


def _why_unheard(
    event: Mapping[str, Any], subscriptions: Sequence[Subscription]
) -> tuple[str, ...]:
    if not subscriptions:
        return ("There are no subscriptions.",)
    kind = event.get("type")
    types = list(dict.fromkeys(_asked(subscriptions, "type")))
    any_type = any("type" not in one.required for one in subscriptions)
    if kind not in types and not any_type:
        return (_of_type(kind, types),)
    fitting = [one for one in subscriptions if one.required.get("type", kind) == kind]
    names = list(_asked(fitting, _NAME))
    if len(names) < len(fitting) or not names:
        slip = _meant(event.get(_NAME), names)
        return (f"No subscription is for this event{slip or '.'}",)
    return (_of_name(event, names),)


def _asked(subscriptions: Iterable[Subscription], what: str) -> Iterable[str]:
    return (one.required[what] for one in subscriptions if what in one.required)


def _of_type(kind: object, types: Sequence[str]) -> str:
    asked = ", ".join(types)
    if kind is None:
        return f"The event has no `type`; the subscriptions ask for: {asked}."
    slip = _meant(kind, types)
    return f"No subscription asks for the type {_quoted(kind)}{slip or f'; they ask for: {asked}.'}"


def _of_name(event: Mapping[str, Any], names: Sequence[str]) -> str:
    name = event.get(_NAME)
    if name is not None:
        return f"No subscription asks for the event {_quoted(name)}{_meant(name, names) or '.'}"
    told = "An event of this type has its name in `event`, and this one has none"
    misplaced = event.get(_MISPLACED)
    if isinstance(misplaced, str) and (misplaced in names or nearest(misplaced, names)):
        return f"{told}; did you mean {_quoted(misplaced)}, which is its `{_MISPLACED}`?"
    return f"{told}."


def _meant(given: object, known: Sequence[str]) -> str:
    near = nearest(given, known) if isinstance(given, str) else None
    return f"; did you mean `{near}`?" if near is not None and near != given else ""


def _quoted(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) and value.isprintable() else value_text(value)
