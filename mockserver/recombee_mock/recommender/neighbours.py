"""The recommender the mock has: what people with a like history had to do with.

Everything is worked out when it is asked for, from samples of bounded size: the latest users of an
item, the latest items of a user. What is popular with everybody says little, so relevance is
divided by the root of popularity; likewise the voice of a user who had to do with everything. Where
that finds next to nothing, properties tell what is alike.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from operator import itemgetter
from typing import Final

import attrs

from recombee_mock.recommender import Activity, Wanted
from recombee_mock.recommender.likeness import alike

_FAVOURITES: Final = 3
_score: Final = itemgetter(1)


@attrs.frozen
class Neighbours:
    """Collaborative filtering by neighbourhoods.

    Attributes:
        history: Items of a user that are looked at.
        listeners: Users of an item that are looked at.
        nearest: Users with a like history whose items are candidates.
        seeds: Items of a segment, or related to an item, that stand for it.
        enough: Items found so, below which those of like properties are added.
    """

    history: int = 30
    listeners: int = 100
    nearest: int = 60
    seeds: int = 10
    enough: int = 10

    def relevance(self, wanted: Wanted, activity: Activity) -> Mapping[str, float]:
        """Relevance by ID."""
        if wanted.entity == "user":
            return self._users(wanted, activity)
        if wanted.item is not None:
            return self._to_item(wanted, wanted.item, activity)
        if wanted.members:
            return self._to_segment(wanted, activity)
        return {} if wanted.user is None else self._to_user(wanted.user, activity)

    def _users(self, wanted: Wanted, activity: Activity) -> Mapping[str, float]:
        if wanted.item is not None:
            return self._users_for(wanted.item, activity)
        return {} if wanted.user is None else self._like(wanted.user, activity)

    def _to_item(self, wanted: Wanted, item: str, activity: Activity) -> Mapping[str, float]:
        related = self._related([item], activity)
        related.pop(item, None)
        return self._pulled(self._completed(related, [item], activity), wanted, activity)

    def _to_segment(self, wanted: Wanted, activity: Activity) -> Mapping[str, float]:
        """The segment's own items, the popular ones first, then what goes with them.

        Unpublished: we choose that the items of a segment go with it.
        """
        popularity = activity.popularity("item")
        ranked = [(item, popularity.get(item, 0.0)) for item in wanted.members]
        seeds = nlargest(self.seeds, ranked, key=_score)
        found = scaled(self._related([item for item, _ in seeds], activity))
        top = max((score for _, score in seeds), default=0.0) or 1.0
        for item, score in ranked:
            found[item] = found.get(item, 0.0) + 1.0 + score / top
        return self._pulled(found, wanted, activity)

    def _to_user(self, user: str, activity: Activity) -> dict[str, float]:
        tastes = activity.tastes(user, self.history)
        like = nlargest(self.nearest, self._like(user, activity).items(), key=_score)
        found = self._voted(like, activity)
        liked = nlargest(_FAVOURITES, tastes.items(), key=_score)
        found = self._completed(found, [one for one, weight in liked if weight > 0], activity)
        for item, weight in tastes.items():
            if weight < 0:
                found[item] = weight
        return found

    def _completed(
        self, found: dict[str, float], items: Sequence[str], activity: Activity
    ) -> dict[str, float]:
        """With items of like properties, below those that were found, when these are few."""
        if len(found) >= self.enough or not items:
            return found
        completed = {item: 1.0 + score for item, score in scaled(found).items()}
        for item, likeness in alike(items, activity).items():
            completed.setdefault(item, likeness)
        return completed

    def _pulled(
        self, found: Mapping[str, float], wanted: Wanted, activity: Activity
    ) -> Mapping[str, float]:
        impact = wanted.user_impact
        if wanted.user is None or not impact:
            return found
        mixed = {item: score * (1 - impact) for item, score in scaled(found).items()}
        for item, score in scaled(self._to_user(wanted.user, activity)).items():
            mixed[item] = mixed.get(item, 0.0) + score * impact
        return mixed

    def _related(self, items: Iterable[str], activity: Activity) -> dict[str, float]:
        """Items that the same users had to do with."""
        votes: dict[str, float] = {}
        for item in items:
            for user, weight in activity.audience(item, self.listeners).items():
                votes[user] = votes.get(user, 0.0) + weight
        return self._voted([vote for vote in votes.items() if vote[1] > 0], activity)

    def _voted(self, voters: Iterable[tuple[str, float]], activity: Activity) -> dict[str, float]:
        """What users had to do with, each of whom has a voice of some weight."""
        popularity = activity.popularity("item")
        found: dict[str, float] = {}
        for user, voice in voters:
            tastes = activity.tastes(user, self.history)
            voice /= math.sqrt(len(tastes) or 1)  # noqa: PLW2901 - the same voice, shared out
            for item, weight in tastes.items():
                found[item] = found.get(item, 0.0) + voice * weight
        return {
            item: score / math.sqrt(1.0 + max(popularity.get(item, 0.0), 0.0))
            for item, score in found.items()
            if score > 0
        }

    def _like(self, user: str, activity: Activity) -> dict[str, float]:
        """Users with a like history, but not the user."""
        popularity, activities = activity.popularity("item"), activity.popularity("user")
        found: dict[str, float] = {}
        for item, taste in activity.tastes(user, self.history).items():
            taste /= math.sqrt(1.0 + max(popularity.get(item, 0.0), 0.0))  # noqa: PLW2901
            for other, weight in activity.audience(item, self.listeners).items():
                found[other] = found.get(other, 0.0) + taste * weight
        found.pop(user, None)
        return {
            other: score / math.sqrt(1.0 + activities.get(other, 0.0))
            for other, score in found.items()
            if score > 0
        }

    def _users_for(self, item: str, activity: Activity) -> dict[str, float]:
        """Users of the item, and of what goes with it."""
        related = nlargest(self.seeds, self._related([item], activity).items(), key=_score)
        activities = activity.popularity("user")
        found: dict[str, float] = {}
        for other, score in related:
            for user, weight in activity.audience(other, self.listeners).items():
                found[user] = found.get(user, 0.0) + score * weight
        return {
            user: score / math.sqrt(1.0 + activities.get(user, 0.0))
            for user, score in found.items()
            if score > 0
        }


def scaled(found: Mapping[str, float]) -> dict[str, float]:
    """The same relevance with 1 for the greatest."""
    top = max(found.values(), default=0.0)
    return {one: score / top for one, score in found.items()} if top > 0 else dict(found)
