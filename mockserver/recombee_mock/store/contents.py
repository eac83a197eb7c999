"""Everything a database holds, and the rules that reach across its tables."""

import math
from collections.abc import Sequence

from recombee_mock.recommender import Recommender
from recombee_mock.recommender.neighbours import Neighbours
from recombee_mock.recommender.rankings import Rankings
from recombee_mock.search.item_index import Search
from recombee_mock.settings import Settings
from recombee_mock.store.entities import Entities
from recombee_mock.store.interactions import Interactions
from recombee_mock.store.scenarios import Scenarios
from recombee_mock.store.segmentations import Segmentations
from recombee_mock.store.series import SeriesShelf
from recombee_mock.store.served import Served
from recombee_mock.store.synonyms import Synonyms
from recombee_mock.store.view_portions import ViewPortions


class Contents:
    """The state of one database.

    Attributes:
        settings: How the database behaves.
        erased_at: When the last erasure began, in Unix seconds; `None` when there was none.
        recommender: Tells what is relevant.
        rankings: What is popular, as it was counted lately.
        served: The latest answers with results, for those that continue them.
        replaying: While calls from a journal are carried out anew: then requests for results only
            create what cascadeCreate tells to, since their answers are known to `served`.
    """

    __slots__ = (
        "_stamp",
        "bookmarks",
        "cart_additions",
        "detail_views",
        "erased_at",
        "items",
        "purchases",
        "rankings",
        "ratings",
        "recommender",
        "replaying",
        "scenarios",
        "search",
        "segmentations",
        "series",
        "served",
        "settings",
        "synonyms",
        "users",
        "view_portions",
    )

    def __init__(
        self, settings: Settings | None = None, recommender: Recommender | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.recommender = recommender or Neighbours()
        self._stamp = -math.inf
        self.scenarios = Scenarios()
        self.served = Served()
        self.replaying = False
        self.erased_at: float | None = None
        self._clear()

    def _clear(self) -> None:
        self.items = Entities()
        self.users = Entities()
        self.series = SeriesShelf()
        self.detail_views = Interactions()
        self.purchases = Interactions()
        self.ratings = Interactions()
        self.cart_additions = Interactions()
        self.bookmarks = Interactions()
        self.view_portions = ViewPortions()
        self.segmentations = Segmentations()
        self.synonyms = Synonyms()
        self.rankings = Rankings()
        self.search = Search()

    @property
    def _interactions(self) -> Sequence[Interactions | ViewPortions]:
        return (
            self.detail_views,
            self.purchases,
            self.ratings,
            self.cart_additions,
            self.bookmarks,
            self.view_portions,
        )

    @property
    def last_stamp(self) -> float:
        """What `stamp` gave last; before any replay it is put back."""
        return self._stamp

    @last_stamp.setter
    def last_stamp(self, moment: float) -> None:
        self._stamp = moment

    def erase(self, now: float) -> None:
        """Forget everything but the scenarios, which were not made through the API."""
        self._clear()
        self.served.clear()
        self.erased_at = now

    def stamp(self, now: float) -> float:
        """The moment of an interaction that names none: microseconds, never the same twice.

        Unpublished: two quick calls without a timestamp must both pass, so we choose a clock that
        moves on with every question.
        """
        moment = round(now, 6)
        if moment <= self._stamp:
            moment = max(round(self._stamp + 1e-6, 6), math.nextafter(self._stamp, math.inf))
        self._stamp = moment
        return moment

    def delete_item(self, item: str) -> None:
        """Delete an existing item, all interactions with it, and its places in series.

        A series of the same ID stays (unpublished: we choose so).
        Source: API reference, Delete item.
        """
        for kind in self._interactions:
            kind.drop_item(item)
        self.series.drop_member(("item", item))
        self.items.delete(item)

    def delete_user(self, user: str) -> None:
        """Delete an existing user and all their interactions.

        Source: API reference, Delete user.
        """
        for kind in self._interactions:
            kind.drop_user(user)
        self.served.forget_user(user)
        self.users.delete(user)

    def merge_users(self, source: str, target: str) -> None:
        """Move all interactions of `source` to `target`, then delete `source`.

        Its property values and what it was recommended go with it (unpublished: we choose so).
        Source: API reference, Merge users.
        """
        for kind in self._interactions:
            kind.move_user(source, target)
        self.served.forget_user(source)
        self.users.delete(source)
