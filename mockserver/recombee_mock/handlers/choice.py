"""From what is relevant to what is answered: fill-ups, boosters, rotation, diversity.

Scores run from `_FLOOR` to 1 for what the recommender found, below it for bestsellers that fill up,
and further below for what the user dislikes. None is 0, so that a huge booster can pin anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from recombee_mock.handlers.question import Question, Scored
from recombee_mock.recommender.activity import Traces
from recombee_mock.recommender.likeness import Features, features, likeness
from recombee_mock.recommender.neighbours import scaled
from recombee_mock.recommender.rankings import Entity

_FLOOR: Final = 0.01
_LEAST: Final = {"low": 0.0, "medium": 0.0, "high": 0.3}
_POOL: Final = 60
_WIDER: Final = 3
_MOST_PICKED: Final = 40
_FEATURED_USERS: Final = 30


def chosen(
    question: Question, traces: Traces, relevance: Mapping[str, float], *, fill: bool
) -> list[str]:
    """The results of a recommendation, best first; `fill` tells to add bestsellers."""
    taste = question.taste
    rotation = _rotation(question)
    diverse = taste.diversity > 0 and question.request.entity == "item"
    need = question.count + len(rotation)
    if diverse:
        need = max(need * _WIDER, _POOL)
    pool = _pool(question, _candidates(question, traces, relevance, fill=fill), need)
    if rotation:
        pool = question.top([(one, score * rotation.get(one, 1.0)) for one, score in pool])
    if diverse:
        pool = _spread(question, traces, pool)
    return [one for one, _ in pool[: question.count]]


def _pool(question: Question, scored: Iterable[Scored], need: int) -> list[Scored]:
    """At least `need` candidates that may be shown, best first, as long as there are any."""
    keep, boost, shown = question.rules.keep, question.rules.boost, question.shown
    candidates = (one for one in scored if one[0] not in shown and (keep is None or keep(one[0])))
    if boost is None:
        return [one for _, one in zip(range(need), candidates, strict=False)]
    boosted = [(one, score * boost(one)) for one, score in candidates]
    return question.top(boosted, need)


def _candidates(
    question: Question, traces: Traces, relevance: Mapping[str, float], *, fill: bool
) -> Iterator[Scored]:
    """What is relevant, then what is popular, then what is disliked, each best first."""
    entity: Entity = "user" if question.request.entity == "user" else "item"
    ids = traces.users if entity == "user" else traces.items
    least = _LEAST[question.taste.min_relevance]
    known = scaled({one: score for one, score in relevance.items() if score and one in ids})
    for one, score in question.top([scored for scored in known.items() if scored[1] > 0]):
        if score >= least:
            yield one, _FLOOR + (1 - _FLOOR) * score
    if not fill:
        return
    for one, share in traces.ranking(entity).through(ids):
        if one not in known:
            yield one, _FLOOR * (0.1 + 0.9 * share)
    for one, score in question.top([scored for scored in known.items() if scored[1] < 0]):
        yield one, _FLOOR * 0.1 / (2 - score)


def _rotation(question: Question) -> Mapping[str, float]:
    """What is left of the relevance of what the user saw lately, by ID.

    Source: API reference, Recommend items to user (rotationRate, rotationTime). That the penalty
    fades evenly is our choice.
    """
    rate, time = question.taste.rotation_rate, question.taste.rotation_time
    if question.user is None or not rate or not time:
        return {}
    left: dict[str, float] = {}
    for session in question.contents.served.latest(question.user):
        if session.entity != question.request.entity or session.operation == "SearchItems":
            continue
        for one, moment in session.moments():
            age = (question.now - moment) / time
            if 0 <= age < 1:
                left[one] = min(left.get(one, 1.0), 1 - rate * (1 - age))
    return left


def _spread(question: Question, traces: Traces, pool: list[Scored]) -> list[Scored]:
    """The pool with what is unlike the results before it further up."""
    weight, top = question.taste.diversity, (pool[0][1] if pool else 0.0) or 1.0
    left = {one: (score / top, _features(one, traces)) for one, score in pool[: _POOL * _WIDER]}
    likest = dict.fromkeys(left, 0.0)
    picked: list[Scored] = []
    while left and len(picked) < min(question.count, _MOST_PICKED):
        worth = {one: (1 - weight) * left[one][0] - weight * likest[one] for one in left}
        next_one = max(left, key=worth.__getitem__)  # of equals the first, which is the best
        picked.append((next_one, left[next_one][0] * top))
        _, seen = left.pop(next_one)
        for one, (_, own) in left.items():
            likest[one] = max(likest[one], likeness(own, seen))
    taken = {one for one, _ in picked}
    return picked + [scored for scored in pool if scored[0] not in taken]


def _features(item: str, traces: Traces) -> Features:
    """What tells items apart: their texts and sets, and who had to do with them."""
    return features(traces.values(item)) | traces.audience(item, _FEATURED_USERS).keys()
