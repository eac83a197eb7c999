"""View portions: how much of an item a user saw in a session."""

from collections.abc import Iterator
from typing import Any

import attrs

from recombee_mock.store.pairs import Pairs


@attrs.frozen
class Portion:
    """The state of one view.

    Attributes:
        timestamp: When it was last reported.
        portion: From 0 to 1.
        auto_presented: Shown without the user asking for it.
        time_spent: In seconds.
        recomm_id: ID of the recommendation that led here.
        additional_data: Free data.
    """

    timestamp: float
    portion: float
    auto_presented: bool = False
    time_spent: float = 0
    recomm_id: str | None = None
    additional_data: dict[str, Any] | None = None


class ViewPortions:
    """All view portions, told apart by user, item and session (which may be `None`)."""

    __slots__ = ("_pairs",)

    def __init__(self) -> None:
        self._pairs: Pairs[dict[str | None, Portion]] = Pairs()

    def get(self, user: str, item: str, session: str | None) -> Portion | None:
        """The portion of a session."""
        return (self._pairs.get(user, item) or {}).get(session)

    def put(self, user: str, item: str, session: str | None, portion: Portion) -> None:
        """Set the portion of a session."""
        cell = self._pairs.get(user, item)
        if cell is None:
            self._pairs.put(user, item, {session: portion})
        else:
            cell[session] = portion

    def delete(self, user: str, item: str, session: str | None) -> bool:
        """Whether there was one."""
        cell = self._pairs.get(user, item)
        if cell is None or cell.pop(session, None) is None:
            return False
        if not cell:
            self._pairs.discard(user, item)
        return True

    def of_user(self, user: str) -> Iterator[tuple[str, str, str | None, Portion]]:
        """User, item, session and portion of everything a user saw, in no order."""
        for item, cell in self._pairs.of_user(user):
            for session, portion in cell.items():
                yield user, item, session, portion

    def of_item(self, item: str) -> Iterator[tuple[str, str, str | None, Portion]]:
        """User, item, session and portion of everyone who saw an item, in no order."""
        for user, cell in self._pairs.of_item(item):
            for session, portion in cell.items():
                yield user, item, session, portion

    def drop_user(self, user: str) -> None:
        """Delete all of a user."""
        self._pairs.drop_user(user)

    def drop_item(self, item: str) -> None:
        """Delete all of an item."""
        self._pairs.drop_item(item)

    def move_user(self, source: str, target: str) -> None:
        """Make everything of `source` the `target`'s; of the same session the greater stays."""
        for _, item, session, portion in self.of_user(source):
            kept = self.get(target, item, session)
            if kept is None or kept.portion < portion.portion:
                self.put(target, item, session, portion)
        self.drop_user(source)
