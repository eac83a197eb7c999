"""Made-up data with a taste in it: users who like one genre, and what they do.

    for method, path, params in planted(users=100, items=50, interactions=2_000, seed=7):
        ...

These are calls of the API as a batch holds them. The same arguments always give the same calls.
A recommender that works finds the genres again; `cluster_of` tells which one an ID belongs to.
"""

import random
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

PlannedCall: TypeAlias = tuple[str, str, dict[str, Any]]

GENRES: Final = (
    "drama",
    "comedy",
    "thriller",
    "documentary",
    "animation",
    "romance",
    "horror",
    "fantasy",
    "western",
    "musical",
)
_KINDS: Final = (
    ("detailviews", 60),
    ("purchases", 12),
    ("cartadditions", 8),
    ("bookmarks", 6),
    ("ratings", 7),
    ("viewportions", 7),
)
_PROPERTIES: Final = (
    ("title", "string"),
    ("genre", "string"),
    ("price", "double"),
    ("tags", "set"),
    ("available", "boolean"),
)
_WORDS: Final = ("Silent", "Golden", "Broken", "Distant", "Hidden", "Electric", "Last", "Paper")
_THINGS: Final = ("River", "Garden", "Letter", "Machine", "Winter", "Station", "Mirror", "Island")
_COUNTRIES: Final = ("CZ", "DE", "FR", "US", "BR", "JP")
_SINCE: Final = 30 * 86_400


def planted(
    *,
    clusters: int = 5,
    users: int = 100,
    items: int = 100,
    interactions: int = 2_000,
    noise: float = 0.1,
    seed: int = 0,
    until: float = 1_700_000_000.0,
) -> Iterator[PlannedCall]:
    """Calls that fill an empty database.

    Args:
        clusters: Genres; users and items are dealt out to them in turn.
        users: How many.
        items: How many.
        interactions: How many.
        noise: Share of the interactions that are with any item at all.
        seed: Of the generator.
        until: The last moment of an interaction, in Unix seconds; they span 30 days.

    Yields:
        Method, path and parameters.

    Raises:
        ValueError: There are fewer users or items than clusters.
    """
    if not 1 <= clusters <= min(users, items):
        raise ValueError(
            f"There must be a user and an item for each of one or more clusters, not of {clusters}"
        )
    if not 0 <= noise <= 1:
        raise ValueError("noise is a share, from 0 to 1")
    yield from _definitions()
    dice = random.Random(seed)  # noqa: S311 - a game of chance, not a secret
    for number in range(items):
        yield _item(number, clusters, dice)
    for number in range(users):
        yield _user(number, dice)
    dealt = _Deal(clusters, users, items, noise, dice)
    step = _SINCE / (interactions or 1)
    for number in range(interactions):
        yield dealt.interaction(round(until - _SINCE + (number + 1) * step, 3))


def cluster_of(entity: str, clusters: int = 5) -> int:
    """The cluster of an item or user of that ID."""
    return int(entity.rpartition("-")[2]) % clusters


def genre(cluster: int) -> str:
    """Name of a cluster."""
    lap, at = divmod(cluster, len(GENRES))
    return GENRES[at] + (f"-{lap + 1}" if lap else "")


def _definitions() -> Iterator[PlannedCall]:
    for name, kind in _PROPERTIES:
        yield "PUT", f"/items/properties/{name}", {"type": kind}
    yield "PUT", "/users/properties/country", {"type": "string"}


def _item(number: int, clusters: int, dice: random.Random) -> PlannedCall:
    name = genre(number % clusters)
    values = {
        "title": f"{dice.choice(_WORDS)} {dice.choice(_THINGS)} {number}",
        "genre": name,
        "price": round(dice.uniform(1, 100), 2),
        "tags": sorted({name, f"tag{dice.randrange(10)}", f"tag{dice.randrange(10)}"}),
        "available": dice.random() < 0.9,  # noqa: PLR2004 - most are
    }
    return "POST", f"/items/item-{number}", {**values, "!cascadeCreate": True}


def _user(number: int, dice: random.Random) -> PlannedCall:
    values = {"country": dice.choice(_COUNTRIES), "!cascadeCreate": True}
    return "POST", f"/users/user-{number}", values


class _Deal:
    """Who does what with which item."""

    def __init__(
        self, clusters: int, users: int, items: int, noise: float, dice: random.Random
    ) -> None:
        self._clusters, self._users, self._items = clusters, users, items
        self._noise, self._dice = noise, dice
        self._kinds, self._weights = zip(*_KINDS, strict=True)

    def interaction(self, timestamp: float) -> PlannedCall:
        """The next one."""
        dice = self._dice
        user = dice.randrange(self._users)
        at_random = dice.random() < self._noise
        item = dice.randrange(self._items) if at_random else self._liked(user % self._clusters)
        params: dict[str, Any] = {
            "userId": f"user-{user}",
            "itemId": f"item-{item}",
            "timestamp": timestamp,
        }
        kind: str = dice.choices(self._kinds, self._weights)[0]
        liked = item % self._clusters == user % self._clusters
        if kind == "ratings":
            params["rating"] = dice.choice((0.5, 0.75, 1.0) if liked else (-1.0, -0.5, 0.0))
        elif kind == "viewportions":
            params["portion"] = dice.choice((0.7, 0.9, 1.0) if liked else (0.05, 0.1, 0.3))
            params["sessionId"] = f"session-{timestamp:.0f}"
        elif kind == "purchases":
            params["amount"] = 1
        return "POST", f"/{kind}/", params

    def _liked(self, cluster: int) -> int:
        # Some items are more popular than others, as everywhere.
        size = (self._items - cluster + self._clusters - 1) // self._clusters
        return cluster + self._clusters * int(size * self._dice.random() ** 2)
