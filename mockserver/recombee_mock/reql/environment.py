"""What the expressions of one request share while they are evaluated."""

import struct
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final, TypeVar

from recombee_mock.reql.failure import Exhausted, Failure
from recombee_mock.reql.scene import Scene
from recombee_mock.reql.values import SIZED, Moment, Value
from recombee_mock.store.contents import Contents

T = TypeVar("T")

STEPS: Final = 2_000_000
"""Parts of expressions a request may evaluate. Unpublished: we choose about a second of work."""
STEPS_PER_ENTITY: Final = 150
"""So many more for each item and user there is, so that large catalogues can be filtered."""
MAX_TEXT: Final = 2**20
"""Characters a string may grow to. Unpublished: we choose a million."""

_MAX_KEPT: Final = 100_000
_UNITS_PER_STEP: Final = 16
_RANGE: Final = 2**53


def allowance(contents: Contents) -> int:
    """Steps that a request may take."""
    return STEPS + STEPS_PER_ENTITY * (len(contents.items.ids) + len(contents.users.ids))


class Environment:
    """One expression in one request.

    Attributes:
        contents: The database.
        scene: What the request is about.
        now: The time.
        entity: The ID of what it is evaluated for.
        variables: Values of the lambdas' variables, by how deep the lambda stands in others.
        found: Values that are the same for all entities.
        draws: How many random numbers this entity was given.
        left: Steps that may still be taken.
    """

    __slots__ = (
        "_kept",
        "_salt",
        "contents",
        "draws",
        "entity",
        "found",
        "left",
        "now",
        "scene",
        "variables",
    )

    def __init__(
        self, contents: Contents, scene: Scene, label: str, depth: int, steps: int
    ) -> None:
        self.contents = contents
        self.scene = scene
        self.now = Moment(scene.now)
        self.entity = ""
        self.variables: list[Value] = [None] * depth
        self.draws = 0
        self.left = steps
        self._salt = f"{contents.settings.seed} {scene.now!r} {label} "
        self.found: dict[object, Value] = {}
        self._kept: dict[Any, Any] = {}

    def charge(self, steps: int) -> None:
        """Count steps.

        Raises:
            Exhausted: There were too many.
        """
        self.left -= steps
        if self.left < 0:
            most = allowance(self.contents)
            raise Exhausted(f"It takes more than {most} steps for all entities together")

    def bounded(self, value: Value) -> Value:
        """A new value, whose size is charged."""
        if type(value) in SIZED:
            size = len(value)
            if size > MAX_TEXT:
                raise Failure(f"A value has more than {MAX_TEXT} parts")
            self.charge(size // _UNITS_PER_STEP)
        return value

    def random(self) -> float:
        """A number from 0 to 1, anew for each entity and call, the same in the same request."""
        self.draws += 1
        drawn = f"{self._salt}{self.draws} {self.entity}".encode("utf-8", "replace")
        (number,) = struct.unpack("<Q", blake2b(drawn, digest_size=8).digest())
        return float(number % _RANGE / _RANGE)

    def keep(self, key: Any, find: Callable[[], T]) -> T:
        """What does not change during the request, found once."""
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            found = self._kept[key] = find()
        return found
