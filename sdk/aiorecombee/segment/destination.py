"""The destination: an event goes in, requests come out, or the reason why not."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.requests.endpoint import JsonValue, Request
from aiorecombee.requests.users import DeleteUser
from aiorecombee.segment.actions import Action
from aiorecombee.segment.javascript import is_falsy, to_text, type_name
from aiorecombee.segment.mapping import compile_mapping
from aiorecombee.segment.problems import PayloadError
from aiorecombee.segment.profiles import find_profile
from aiorecombee.segment.remedies import remedy
from aiorecombee.segment.subscription import Condition, compile_subscription

_DELETION: Final = "Delete User"
_EVENT: Final = "event"
_MappingData: TypeAlias = Mapping[str, Any]


@attrs.frozen
class Rejection:
    """Why a subscription could make nothing of an event.

    Attributes:
        subscription: Name of the subscription; `event` where the event itself is at fault.
        kind: `schema`, `payload`, `mapping` or `event`.
        reason: What is wrong, in the words of Segment's engine.
        remedy: What to do about it.
    """

    subscription: str
    kind: str
    reason: str
    remedy: str


@attrs.frozen
class Mapped:
    """What an event became.

    Attributes:
        requests: To be sent, in order.
        matched: Names of the subscriptions that the event is for; none where nobody listens.
        rejections: Those of them that could make nothing of it.
    """

    requests: tuple[Request[Any], ...] = ()
    matched: tuple[str, ...] = ()
    rejections: tuple[Rejection, ...] = ()


@attrs.frozen
class _Subscription:
    name: str
    matches: Condition
    resolve: Callable[[Any], Any]
    perform: Action
    mapping: _MappingData


class Destination:
    """Maps Segment events to requests, as Segment's destination for Recombee does.

        mapped = Destination().map({"type": "page", "name": "Pricing", "userId": "u-1"})
        mapped.requests    # (AddDetailView(user_id='u-1', item_id='Pricing', …),)

    It sends nothing and keeps nothing: one destination serves any number of threads.
    """

    def __init__(
        self,
        profile: str = "documented",
        mappings: Sequence[_MappingData | str] | None = None,
    ) -> None:
        """Compile the mappings.

        Args:
            profile: Whose behaviour to follow.
            mappings: In place of the profile's presets, in Segment's own form (`name`,
                `subscribe`, `partnerAction`, `mapping`); a text stands for the preset of that
                name. Those with `"enabled": false` are left out.

        Raises:
            MappingError: There is no such profile, or a mapping is malformed; names the place.
        """
        found = find_profile(profile)
        presets = {preset["name"]: preset for preset in found.presets()}
        chosen = list(presets) if mappings is None else mappings
        self._subscriptions = tuple(
            _compile(_chosen(one, presets), index, found.actions)
            for index, one in enumerate(chosen)
            if not (isinstance(one, Mapping) and one.get("enabled") is False)
        )

    def map(self, event: JsonValue) -> Mapped:
        """Map one event. Never raises: what is wrong with it stands in the answer.

        An event may be for several subscriptions at once; one that rejects it does not stop the
        others.
        """
        if not isinstance(event, Mapping):
            return _reject_event(
                f"An event must be an object but it was {type_name(event)}.",
                "Send one JSON object per event.",
            )
        try:
            return self._map(event)
        except RecursionError:
            return _reject_event("The event is nested too deeply.", "Send flat IDs.")

    def _map(self, event: Mapping[str, Any]) -> Mapped:
        requests: list[Request[Any]] = []
        matched: list[str] = []
        rejections: list[Rejection] = []
        if event.get("type") == "delete":
            matched.append(_DELETION)
            _delete_user(event, requests, rejections)
        for subscription in self._subscriptions:
            if subscription.matches(event):
                matched.append(subscription.name)
                try:
                    requests += subscription.perform(subscription.resolve(event))
                except PayloadError as error:
                    advice = remedy(error, subscription.mapping)
                    rejections.append(Rejection(subscription.name, error.kind, str(error), advice))
                except MappingError as error:
                    rejections.append(
                        Rejection(subscription.name, "mapping", str(error), "Change the mapping.")
                    )
        return Mapped(tuple(requests), tuple(matched), tuple(rejections))


def _delete_user(
    event: Mapping[str, Any], requests: list[Request[Any]], rejections: list[Rejection]
) -> None:
    """Delete the known user; the original ignores anonymous IDs, and so does this."""
    user = event.get("userId")
    if is_falsy(user):
        reason = "A deletion without a userId deletes nobody."
        advice = "Send `userId`; an `anonymousId` alone is not deleted."
        rejections.append(Rejection(_DELETION, "event", reason, advice))
    else:
        requests.append(DeleteUser(to_text(user)))


def _reject_event(reason: str, advice: str) -> Mapped:
    return Mapped(rejections=(Rejection(_EVENT, "event", reason, advice),))


def _chosen(one: object, presets: Mapping[str, _MappingData]) -> _MappingData:
    if isinstance(one, Mapping):
        return one
    if not isinstance(one, str):
        raise MappingError(f"a mapping is an object or the name of a preset, not {one!r}")
    if one not in presets:
        raise MappingError(f"there is no preset {one!r}; there are: {', '.join(presets)}")
    return presets[one]


def _compile(
    subscription: _MappingData, index: int, actions: Mapping[str, Action]
) -> _Subscription:
    action = subscription.get("partnerAction")
    name = subscription.get("name") or f"#{index} {action}"
    if not isinstance(action, str) or action not in actions:
        known = ", ".join(sorted(actions))
        raise MappingError(f"{name}: there is no action {action!r}; there are: {known}")
    mapping = subscription.get("mapping")
    try:
        matches = compile_subscription(subscription.get("subscribe", ""))
        resolve = compile_mapping(mapping)  # type: ignore[arg-type]  # refuses what is no object
    except MappingError as error:
        raise MappingError(f"{name}: {error}") from None
    return _Subscription(name, matches, resolve, actions[action], mapping or {})
