"""Events for every preset, and for none, with odd values in every field."""

from typing import Any, Final

from segment_values import MISSING, Values, without_missing

PRODUCTS: Final = {
    "Product Viewed": ("product_id", "sku"),
    "Product Added": ("product_id", "sku", "quantity", "price", "profit"),
    "Product Removed": ("product_id", "sku", "timestamp"),
    "Order Completed": ("products",),
    "Product Added to Wishlist": ("product_id", "sku"),
    "Product Removed from Wishlist": ("product_id", "sku", "timestamp"),
    "Product Shared": ("product_id", "sku"),
    "Video Playback Started": ("content_asset_id", "content_asset_ids", "session"),
    "Video Content Playing": (
        "content_asset_id",
        "content_asset_ids",
        "position",
        "total_length",
        "session",
    ),
    "Video Playback Paused": ("content_asset_id", "position", "total_length", "session"),
    "Video Playback Completed": ("content_asset_id", "content_asset_ids"),
}
"""What the presets look at in the properties of each event."""

_ANY_PROPERTY: Final = (
    "product_id", "sku", "asset_id", "quantity", "price", "rating", "portion", "duration",
    "timestamp", "products", "session", "position", "total_length", "extra",
)  # fmt: skip
_NUMBERS: Final = {
    "quantity",
    "price",
    "profit",
    "position",
    "total_length",
    "rating",
    "portion",
    "duration",
}
_OTHERS: Final = ("identify", "group", "delete", "Track", "", None, 5, "screen ")
PRESETS: Final = {
    "Page - Viewed": ("page", None),
    "Screen - Viewed": ("screen", None),
    "Alias": ("alias", None),
    **{
        ("Video - " + name[6:] if name.startswith("Video ") else "Ecommerce - " + name): (
            "track",
            name,
        )
        for name in PRODUCTS
    },
}
"""The presets of the destination, with the type and the name of the events that they are for."""


class Events:
    """Draws events.

    Args:
        values: What they are made of.
    """

    def __init__(self, values: Values) -> None:
        self.values = values
        self.draw = values.draw

    def any(self) -> dict[str, Any]:
        """An event that a preset is for, as a rule."""
        if self.draw.random() < 0.05:
            kind, name = (
                self.draw.choice(_OTHERS),
                self.draw.choice((*PRODUCTS, "product viewed", None, 7)),
            )
            return self.event(kind, name)
        return self.event(*PRESETS[self.draw.choice(list(PRESETS))])

    def event(self, kind: Any, name: Any) -> dict[str, Any]:
        """An event of that type and name."""
        values = self.values
        return without_missing(
            {
                "type": kind,
                "event": MISSING if name is None else name,
                "name": self._sometimes(values.id, 0.9 if name is None else 0.1),
                "userId": self._sometimes(values.id, 0.85),
                "anonymousId": self._sometimes(values.id, 0.3),
                "previousId": self._sometimes(values.id, 0.85 if kind == "alias" else 0.05),
                "timestamp": self._sometimes(values.date, 0.6),
                "properties": self._properties(PRODUCTS.get(name, ())),
                "context": self._sometimes(values.object, 0.05),
                "messageId": self._sometimes(values.id, 0.2),
            }
        )

    def _properties(self, names: tuple[str, ...]) -> Any:
        if self.draw.random() < 0.04:
            return self.values.any()
        others = self.draw.sample(_ANY_PROPERTY, self.draw.choice((0, 0, 0, 1, 4)))
        drawn = {
            name: self._property(name) for name in (*names, *others) if self.draw.random() < 0.85
        }
        return without_missing({**drawn, "recomm_id": self._sometimes(self.values.id, 0.3)})

    def _property(self, name: str) -> Any:
        values = self.values
        if name == "products":
            return values.usually(
                [self._product() for _ in range(self.draw.randrange(4))], values.any, 0.9
            )
        if name == "content_asset_ids":
            return values.usually([values.draw.choice(("v1", 2, None, ""))], values.any)
        if name in {"position", "total_length", "portion"}:
            return values.usually(self.draw.choice((0, 0.5, 1, 30, 60)), values.number, 0.8)
        return (
            values.number if name in _NUMBERS else values.date if name == "timestamp" else values.id
        )()

    def _product(self) -> Any:
        names = ("product_id", "sku", "quantity", "price", "profit", "recomm_id")
        drawn = {name: self._property(name) for name in names if self.draw.random() < 0.7}
        return self.values.usually(without_missing(drawn), lambda: _there(self.values.any()), 0.95)

    def _sometimes(self, make: Any, chance: float) -> Any:
        return make() if self.draw.random() < chance else MISSING


def _there(value: Any) -> Any:
    return None if value is MISSING else value
