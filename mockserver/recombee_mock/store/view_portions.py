"""View portions: how much of an item a user saw in a session."""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

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


Session: TypeAlias = str | None


class View(NamedTuple):
    """A portion and whose it is."""

    user: str
    item: str
    session: Session
    portion: Portion


class ViewPortions(Pairs[dict[Session, Portion]]):
    """All view portions, told apart by user, item and session (which may be `None`)."""

    __slots__ = ()

    def get(self, user: str, item: str, session: Session) -> Portion | None:
        """The portion of a session."""
        return (self.cell(user, item) or {}).get(session)

    def set(self, user: str, item: str, session: Session, portion: Portion) -> None:
        """Create or replace the portion of a session."""
        cell = self.cell(user, item)
        if cell is None:
            self.put(user, item, {session: portion})
        else:
            cell[session] = portion

    def delete(self, user: str, item: str, session: Session) -> bool:
        """Whether there was one."""
        cell = self.cell(user, item)
        if cell is None or cell.pop(session, None) is None:
            return False
        if not cell:
            self.discard(user, item)
        return True

    def of_user(self, user: str) -> Iterator[View]:
        """What a user saw, in no order."""
        for item, cell in self.cells_of_user(user):
            for session, portion in cell.items():
                yield View(user, item, session, portion)

    def of_item(self, item: str) -> Iterator[View]:
        """Who saw an item, in no order."""
        for user, cell in self.cells_of_item(item):
            for session, portion in cell.items():
                yield View(user, item, session, portion)

    def move_user(self, source: str, target: str) -> None:
        """Make everything of `source` the `target`'s; of the same session the greater stays."""
        for _, item, session, portion in self.of_user(source):
            kept = self.get(target, item, session)
            if kept is None or kept.portion < portion.portion:
                self.set(target, item, session, portion)
        self.drop_user(source)

    def _cell_to_json(self, cell: dict[Session, Portion]) -> Any:
        return [
            [session, *attrs.astuple(portion, recurse=False)] for session, portion in cell.items()
        ]

    def _cell_from_json(self, value: Any) -> dict[Session, Portion]:
        return {session: Portion(*state) for session, *state in value}
