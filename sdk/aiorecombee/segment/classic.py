"""The older destination, "Recombee AI": the settings that say how events are mapped, as mappings.

Its code is not published. What its page says is done; what the page leaves open is decided here,
and the README lists it.

Source: Segment's documentation, Recombee AI destination.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aiorecombee.errors import ConfigurationError
from aiorecombee.segment.javascript import is_array, type_name
from aiorecombee.segment.settings import by_key

Preset = dict[str, Any]
Mapped = dict[str, Any]

_ITEM_IDS: Final = (
    "product_id",
    "content_asset_id",
    "content_asset_ids[0]",
    "asset_id",
    "name",
)
_E_COMMERCE: Final = {
    "Product Viewed": "Detail View",
    "Product Added": "Cart Addition",
    "Product Removed": "Delete Cart Addition",
    "Order Completed": "Purchase",
    "Product Added to Wishlist": "Bookmark",
    "Product Shared": "Bookmark",
}
_VIDEO: Final = {  # what counts as watched when the event does not say
    "Video Playback Started": 0,
    "Video Content Playing": None,
    "Video Playback Paused": None,
    "Video Playback Completed": 1,
}
_INTERACTIONS: Final = (
    "Bookmark",
    "Cart Addition",
    "Detail View",
    "Purchase",
    "Rating",
    "View Portion",
)


def classic_presets(settings: Mapping[str, Any]) -> list[Preset]:
    """The presets that the settings amount to.

    An event that Track Events Mapping names loses its built-in meaning.

    Raises:
        ConfigurationError: A setting does not make sense; names it.
    """
    given = by_key(settings)
    build = _Presets(_item_id_property(given.get("itemIdPropertyName")))
    custom = list(_custom_events(given.get("trackEventsMapping")))
    taken = {event for event, _ in custom}
    return [
        build.page("page"),
        build.page("screen"),
        *(build.track(name, sent) for name, sent in _E_COMMERCE.items() if name not in taken),
        *(build.video(name, least) for name, least in _VIDEO.items() if name not in taken),
        *(build.track(name, sent, own=True) for name, sent in custom),
        _alias(),
    ]


class _Presets:
    """Writes the mapping for one event."""

    def __init__(self, item_id_property: str | None) -> None:
        self._property = item_id_property

    def page(self, kind: str) -> Preset:
        """A page or a screen is a view of what its name or ID says."""
        mapping = {**_about(), "itemId": self._item_id("$.properties.", "$.name")}
        return _preset(kind.capitalize(), f'type = "{kind}"', "addDetailView", mapping)

    def video(self, name: str, least: int | None) -> Preset:
        """A video event is a portion; at its start and end even if it does not say how much."""
        mapping = self._view_portion()
        return _track(name, "setViewPortion", mapping | ({} if least is None else {"least": least}))

    def track(self, name: str, sent: str, *, own: bool = False) -> Preset:
        """An event of a shop, or one that the user named (`own`), which may list products."""
        item_id = {"itemId": self._item_id("$.properties.")}
        if sent in {"Purchase", "Cart Addition"}:
            several = own or sent == "Purchase"
            items = self._items() if several else [self._item("$.properties.")]
            if own:
                items = _or(
                    _existing("$.properties.products", items), [self._item("$.properties.")]
                )
            action = "addPurchase" if sent == "Purchase" else "addCartAddition"
            return _track(
                name, action, {**_who(), "timestamp": _path("$.timestamp"), "items": items}
            )
        if sent == "Delete Cart Addition":
            return _track(name, "deleteCartAddition", {**_who(), **item_id})
        if sent == "View Portion":
            return _track(name, "setViewPortion", self._view_portion())
        rating = {"rating": _path("$.properties.rating")} if sent == "Rating" else {}
        action = "add" + sent.replace(" ", "")
        return _track(name, action, {**_about(), **item_id, **rating})

    def _view_portion(self) -> Mapped:
        return {
            **_about(),
            "itemId": self._item_id("$.properties."),
            "portion": _path("$.properties.portion"),
            "watchTime": _path("$.properties.position"),
            "totalLength": _path("$.properties.total_length"),
            "sessionId": _path("$.properties.session_id"),
        }

    def _items(self) -> Mapped:
        return {"@arrayPath": ["$.properties.products", self._item("$.")]}

    def _item(self, where: str) -> Mapped:
        return {
            "itemId": self._item_id(where),
            "amount": _path(f"{where}quantity"),
            "price": _path(f"{where}price"),
            "profit": _path(f"{where}profit"),
            "recommId": _path(f"{where}recomm_id"),
        }

    def _item_id(self, where: str, *last: str) -> Mapped:
        """The property that the settings name and no other, or the first of the usual ones."""
        if self._property is not None:
            return _path(where + self._property)
        return _first([*(where + name for name in _ITEM_IDS), *last])


def _preset(name: str, subscribe: str, action: str, mapping: Mapped) -> Preset:
    return {"name": name, "subscribe": subscribe, "partnerAction": action, "mapping": mapping}


def _track(event: str, action: str, mapping: Mapped) -> Preset:
    return _preset(event, f'type = "track" and event = "{event}"', action, mapping)


def _alias() -> Preset:
    users = {"targetUserId": _path("$.userId"), "sourceUserId": _path("$.previousId")}
    return _preset("Alias", 'type = "alias"', "mergeUsers", users)


def _who() -> Mapped:
    return {"userId": _first(["$.userId", "$.anonymousId"])}


def _about() -> Mapped:
    recommendation = _path("$.properties.recomm_id")
    return {**_who(), "timestamp": _path("$.timestamp"), "recommId": recommendation}


def _path(path: str) -> Mapped:
    return {"@path": path}


def _first(paths: Sequence[str]) -> Mapped:
    """The first of them that exists."""
    *before, last = paths
    found = _path(last)
    for path in reversed(before):
        found = _or(_existing(path, _path(path)), found)
    return found


def _existing(path: str, then: Any) -> Mapped:
    return {"exists": _path(path), "then": then}


def _or(when: Mapped, otherwise: Any) -> Mapped:
    return {"@if": {**when, "else": otherwise}}


# --- Settings -------------------------------------------------------------------------------------


def _item_id_property(name: object) -> str | None:
    if name is None or name == "":
        return None
    if not isinstance(name, str):
        raise ConfigurationError(
            f"settings: itemIdPropertyName must be a string, not {type_name(name)}"
        )
    return name


def _custom_events(mapping: object) -> Iterator[tuple[str, str]]:
    """Each event with the interaction it is sent as; the mapping is interaction to events."""
    if mapping is None or mapping == "":
        return
    if not isinstance(mapping, Mapping):
        raise ConfigurationError(
            f"settings: trackEventsMapping must be an object, not {type_name(mapping)}"
        )
    for key, events in mapping.items():
        sent = _interaction(key)
        for event in events if is_array(events) else [events]:
            yield _event_name(event, key), sent


def _interaction(key: str) -> str:
    wanted = key.replace(" ", "").replace("_", "").lower()
    for name in _INTERACTIONS:
        if name.replace(" ", "").lower() == wanted:
            return name
    known = ", ".join(_INTERACTIONS)
    raise ConfigurationError(
        f"settings: trackEventsMapping: there is no interaction {key!r}; there are: {known}"
    )


def _event_name(event: object, key: str) -> str:
    if not isinstance(event, str) or not event:
        raise ConfigurationError(
            f"settings: trackEventsMapping.{key} must name events, not {type_name(event)}"
        )
    if '"' in event:
        raise ConfigurationError(
            f"settings: trackEventsMapping.{key}: a subscription cannot ask for the event"
            f" {event!r}, for it has a double quote in its name"
        )
    return event
