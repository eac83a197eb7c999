"""The destination: an event goes in, requests come out, or the reason why not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.requests.endpoint import JsonValue, Request
from aiorecombee.requests.users import DeleteUser
from aiorecombee.segment.actions.problems import PayloadError
from aiorecombee.segment.dispatch import Dispatch
from aiorecombee.segment.fql import Condition
from aiorecombee.segment.javascript import is_falsy, to_text, type_name
from aiorecombee.segment.plan import Perform
from aiorecombee.segment.profiles import find_profile
from aiorecombee.segment.remedies import remedy
from aiorecombee.segment.subscriptions import Subscription, choose

if TYPE_CHECKING:
    from attrs import frozen as quickly_made
else:  # frozen for type checkers only: at run time it would cost a tenth of the whole mapping
    from attrs import define as quickly_made

DELETION: Final = "Delete User"
_EVENT: Final = "event"
_MappingData: TypeAlias = Mapping[str, Any]
_Interested: TypeAlias = tuple[Subscription, Condition, Perform]


@attrs.frozen
class Rejection:
    """Why a subscription could make nothing of an event.

    Attributes:
        subscription: Name of the subscription; `event` where the event itself is at fault.
        kind: `schema`, `payload`, `mapping`, `liquid`, `subscription` or `event`.
        reason: What is wrong, in the words of Segment's engine.
        remedy: What to do about it.
    """

    subscription: str
    kind: str
    reason: str
    remedy: str


@quickly_made
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


class Destination:
    """Maps Segment events to requests, as Segment's destination for Recombee does.

        mapped = Destination().map({"type": "page", "name": "Pricing", "userId": "u-1"})
        mapped.requests    # (AddDetailView(user_id='u-1', item_id='Pricing', …),)

    It sends nothing and keeps nothing: one destination serves any number of threads.

    Attributes:
        subscriptions: What it listens to, compiled, in order.
        disabled: Mappings that it does not listen to, because they are switched off.
    """

    def __init__(
        self,
        profile: str = "documented",
        mappings: Sequence[_MappingData | str] | _MappingData | None = None,
        *,
        with_presets: bool = False,
        settings: _MappingData | None = None,
    ) -> None:
        """Compile the mappings.

        Args:
            profile: Whose behaviour to follow.
            mappings: In place of the profile's presets, as Segment's engine keeps them (`name`,
                `subscribe`, `partnerAction`, `mapping`) or as its Public API lists them (`name`,
                `trigger`, `actionSlug`, `settings`); a text stands for the preset of that name.
                Those with `"enabled": false` are left out.
            with_presets: Keep the presets, too. A mapping that has the name of one takes its
                place, or with `"enabled": false` takes it away.
            settings: The destination's settings as JSON; the classic destination says there which
                property an item's ID is and which events are for it.

        Raises:
            MappingError: There is no such profile, or a mapping is malformed; names the place.
            ConfigurationError: The settings do not make sense.
        """
        found = find_profile(profile)
        chosen = choose(found.presets(settings), mappings, with_presets=with_presets)
        self.subscriptions = tuple(
            Subscription.compile(one, index, found.actions, fixed=found.fixed and mappings is None)
            for index, one in chosen.kept
        )
        self.disabled = tuple(one for _, one in chosen.disabled)
        self._alone = Dispatch(
            [((one, one.matches, one.perform), one.required) for one in self.subscriptions]
        )
        self._in_batch = Dispatch(
            [((one, one.matches, one.perform_in_batch), one.required) for one in self.subscriptions]
        )

    def map(self, event: JsonValue) -> Mapped:
        """Map one event. Never raises: what is wrong with it stands in the answer.

        An event may be for several subscriptions at once; one that rejects it does not stop the
        others.
        """
        return _mapped(event, self._alone)

    def map_batch(self, events: Iterable[JsonValue]) -> list[Mapped]:
        """Map events as Segment does those of a batch, where an empty ID is sent as it is.

        Each event has its own answer: one that is wrong stops no other. (In Segment a timestamp
        that cannot be read rejects the whole batch.)
        """
        return [_mapped(event, self._in_batch) for event in events]


def _mapped(event: JsonValue, dispatch: Dispatch[_Interested]) -> Mapped:
    if event.__class__ is not dict and not isinstance(event, Mapping):
        return _reject_event(
            f"An event must be an object but it was {type_name(event)}.",
            "Send one JSON object per event.",
        )
    requests: list[Request[Any]] = []
    matched: list[str] = []
    rejections: list[Rejection] = []
    try:
        if event.get("type") == "delete":
            matched.append(DELETION)
            _delete_user(event, requests, rejections)
        for subscription, matches, perform in dispatch.find(event):
            try:
                if matches(event):
                    matched.append(subscription.name)
                    requests += perform(event)
            except MappingError as error:
                rejections.append(rejection(subscription, error))
    except RecursionError:
        return _reject_event("The event is nested too deeply.", "Send flat IDs.")
    return Mapped(tuple(requests), tuple(matched), tuple(rejections))


def rejection(subscription: Subscription, error: MappingError) -> Rejection:
    """What the error of a subscription means to whoever sends the event or wrote the mapping."""
    if isinstance(error, PayloadError):
        advice = remedy(error, subscription.mapping, fixed=subscription.fixed)
    else:
        advice = "Change the mapping."
    return Rejection(subscription.name, getattr(error, "kind", "mapping"), str(error), advice)


def _delete_user(
    event: Mapping[str, Any], requests: list[Request[Any]], rejections: list[Rejection]
) -> None:
    """Delete the known user; the original ignores anonymous IDs, and so does this."""
    user = event.get("userId")
    if is_falsy(user):
        reason = "A deletion without a userId deletes nobody."
        advice = "Send `userId`; an `anonymousId` alone is not deleted."
        rejections.append(Rejection(DELETION, "event", reason, advice))
    else:
        requests.append(DeleteUser(to_text(user)))


def _reject_event(reason: str, advice: str) -> Mapped:
    return Mapped(rejections=(Rejection(_EVENT, "event", reason, advice),))
