"""Keeps account of what is settled: counts it, writes rejects, and saves how far everything is."""

from collections.abc import MutableMapping
from typing import Final

import attrs

from aiorecombee.delivery.replaying.book import Book
from aiorecombee.delivery.replaying.checkpoint import Checkpoint, Place, save
from aiorecombee.delivery.replaying.events import Event, Fate
from aiorecombee.delivery.replaying.finding import STANDARD_INPUT, absolute
from aiorecombee.delivery.replaying.rejects import Rejects
from aiorecombee.delivery.replaying.tally import Tally

_EVERY: Final = 1.0  # seconds between checkpoints


@attrs.define(eq=False)
class Keeper:
    """Takes settled events in order, so that what it saves is true of everything before.

    Attributes:
        database: The API Identifier of the database.
        places: Of the files; shared with what reads them.
        tally: Counts.
        rejects: Where rejects go, if anywhere.
        path: Where the checkpoint goes, if anywhere.
        every: Seconds between checkpoints.
        book: What is known of users, if anything is to be.
    """

    database: str
    places: MutableMapping[str, Place]
    tally: Tally = attrs.field(factory=Tally)
    rejects: Rejects | None = None
    path: str | None = None
    every: float = _EVERY
    book: Book | None = None
    _last: Event | None = attrs.field(default=None, init=False)
    _saved_at: float | None = attrs.field(default=None, init=False)

    def keep(self, event: Event) -> None:
        """Take note of a settled event.

        Raises:
            KeepingError: The rejects or the ledger cannot be written.
        """
        if event.problems and self.rejects is not None:
            self.rejects.write(event)
        self.tally.count(event)
        if self._last is not None and self._last.source != event.source:
            self._move()
        self._last = event
        if event.fate is Fate.END:
            self._move()
        if event.facts and self.book is not None:
            self.book.settle(event.facts, delivered=not event.problems)
            if self.book.is_full:
                self.save()

    def save_if_due(self, now: float) -> None:
        """Save, if that is not too soon after the last time.

        Raises:
            KeepingError: Checkpoint or rejects cannot be written.
        """
        if self._saved_at is None or now - self._saved_at >= self.every:
            self._saved_at = now
            self.save()

    def save(self, *, complete: bool = False) -> None:
        """Save how far everything is.

        Raises:
            KeepingError: Checkpoint or rejects cannot be written.
        """
        # Before the checkpoint that counts them: whoever goes on from it writes them no more.
        rejects, size = ("", 0) if self.rejects is None else self.rejects.flush()
        replay = "" if self.rejects is None else self.rejects.replay
        self._move()
        if self.path is not None:
            known = self.database, self.places, self.tally
            facts = () if self.book is None else self.book.settled
            save(self.path, Checkpoint(*known, rejects, size, replay, complete, facts))
        if self.book is not None:
            self.book.keep()  # behind the checkpoint: whoever goes on from it knows no more

    def _move(self) -> None:
        """Advance the place of the file that the last event is of."""
        event, self._last = self._last, None
        if event is None or event.source == STANDARD_INPUT:
            return
        name = absolute(event.source)
        self.places[name] = Place(
            self.places[name].fingerprint, event.number, event.end, event.fate is Fate.END
        )
