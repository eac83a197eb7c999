"""Events to send, with what must become of each: a seed makes the same ones again."""

import enum
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

import attrs

HOUR = 3_600.0


class Mark(NamedTuple):
    """A request as it travels, which is how the service knows it."""

    method: str
    path: str
    user: str = ""
    item: str = ""


class Fate(enum.Enum):
    """What must become of an event."""

    ARRIVES = "arrives"
    LETTER = "dead letter"
    ERASED = "erased"


@attrs.frozen
class Sent:
    """An event, and what must become of it.

    Attributes:
        event: As it is posted; its `messageId` is the key.
        marks: What the service is to be asked for, in this order.
        lanes: Users whose order it keeps.
        fate: What must become of it.
        stays: Whether what it brought must be there at the end.
    """

    event: dict
    marks: tuple[Mark, ...]
    lanes: tuple[str, ...]
    fate: Fate = Fate.ARRIVES
    stays: bool = True

    @property
    def key(self):
        return self.event["messageId"]


@attrs.define
class Writer:
    """Writes events with names of their own, one second after the other."""

    name: str
    now: float
    written: int = 0

    def view(self, user, goes_to=None, at=None, fate=Fate.ARRIVES, stays=True):
        item, event = self._event("page", user, at)
        return self._sent({**event, "name": item}, [_view(goes_to or user, item)], fate, stays)

    def untimed(self, user):
        item, event = self._event("page", user, None)
        del event["timestamp"]
        return self._sent({**event, "name": item}, [_view(user, item)])

    def order(self, user):
        item, event = self._event("track", user, None)
        items = [f"{item}.{part}" for part in range(3)]
        products = [{"product_id": item, "price": 5} for item in items]
        event = {**event, "event": "Order Completed", "properties": {"products": products}}
        return self._sent(event, [Mark("POST", "/purchases/", user, item) for item in items])

    def without_item(self, user):
        """The mapping can make nothing of it."""
        return self._sent(self._event("page", user, None)[1], [], Fate.LETTER)

    def with_blanks(self, user):
        """The client refuses it."""
        _, event = self._event("page", user, None)
        return self._sent({**event, "name": "no blanks"}, [], Fate.LETTER)

    def with_itself(self, user):
        """The service refuses it."""
        _, event = self._event("alias", user, None)
        return self._sent({**event, "previousId": user}, [], Fate.LETTER)

    def alias(self, previous, user):
        _, event = self._event("alias", user, None)
        mark = Mark("PUT", f"/users/{user}/merge/{previous}")
        sent = self._sent({**event, "previousId": previous}, [mark])
        return attrs.evolve(sent, lanes=(previous, user))

    def deletion(self, user):
        _, event = self._event("delete", user, None)
        del event["timestamp"]
        return self._sent(event, [Mark("DELETE", f"/users/{user}")])

    def _event(self, kind, user, at):
        self.written += 1
        item = f"{self.name}-i{self.written}"
        moment = self.now - HOUR + self.written if at is None else at
        text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
        about = {"type": kind, "userId": user, "timestamp": text.replace("+00:00", "Z")}
        return item, {**about, "messageId": f"m-{item}"}

    def _sent(self, event, marks, fate=Fate.ARRIVES, stays=True):
        return Sent(event, tuple(marks), (event["userId"],), fate, stays)


def _view(user, item):
    return Mark("POST", "/detailviews/", user, item)


def make_load(seed: int | str, now: float, name: str = "l", size: int = 12) -> list[Sent]:
    """Events in the order in which they are to be posted; some are there twice.

    Args:
        seed: Of everything that is left to chance.
        now: The time, in Unix seconds.
        name: No other load has it.
        size: Events of each of four users who stay.
    """
    dice, writer = Random(seed), Writer(name, now)
    stories = [_of_one_who_stays(writer, dice, f"{name}-u{n}", size) for n in range(4)]
    stories += [_of_a_stranger(writer, f"{name}-a{n}", f"{name}-u{n}") for n in range(2)]
    stories += [_of_one_who_leaves(writer, f"{name}-g{n}") for n in range(2)]
    return _with_repetitions(list(_shuffled_together(stories, dice)), dice)


def calls_of(load: Sequence[Sent], size: int) -> Iterator[tuple[str, object]]:
    """Paths and bodies of the calls that bring a load, in its order; so many events in each."""
    batch: list[dict] = []
    for sent in load:
        if sent.event["type"] == "delete":
            if batch:
                yield "/v1/batch", {"batch": batch}
            yield "/deletions", sent.event
            batch = []
            continue
        batch.append(sent.event)
        if len(batch) == size:
            yield "/v1/batch", {"batch": batch}
            batch = []
    if batch:
        yield "/v1/batch", {"batch": batch}


def _of_one_who_stays(writer, dice, user, size):
    kinds = [writer.view] * 12 + [writer.untimed, writer.order] * 3
    kinds += [writer.without_item, writer.with_blanks, writer.with_itself]
    return [dice.choice(kinds)(user) for _ in range(size)]


def _of_a_stranger(writer, stranger, user):
    """Somebody who logs in, and whose last events are late."""
    before = [writer.view(stranger) for _ in range(3)]
    late = [writer.view(stranger, goes_to=user) for _ in range(2)]
    return [*before, writer.alias(stranger, user), *late]


def _of_one_who_leaves(writer, user):
    """Somebody who is deleted, of whom a late event comes, and who then comes back."""
    gone = [writer.view(user, stays=False) for _ in range(3)]
    late = writer.view(user, fate=Fate.ERASED)
    back = [writer.view(user, at=writer.now + HOUR) for _ in range(2)]
    return [*gone, writer.deletion(user), late, *back]


def _shuffled_together(stories, dice):
    """All stories at once, each of them in its order."""
    turns = [number for number, story in enumerate(stories) for _ in story]
    dice.shuffle(turns)
    left = list(map(iter, stories))
    return (next(left[number]) for number in turns)


def _with_repetitions(load, dice):
    """Some events come once more, soon or late."""
    for _ in range(len(load) // 10):
        at = dice.randrange(len(load))
        load.insert(dice.randrange(at + 1, len(load) + 1), load[at])
    return load
