"""A log line for the first of many failures alike, from what goes on after each of them."""

import logging

import attrs

from aiorecombee.delivery.queue import QueueError


@attrs.define
class Complaints:
    """Of something that nobody waits for.

    Attributes:
        log: Where they go.
        who: What goes on, in words.
    """

    log: logging.Logger
    who: str
    _last: str = ""

    def tell(self, error: Exception) -> None:
        """Say what went wrong, with a traceback if nobody foresaw it, unless it was said last."""
        if self._last != repr(error):
            unexpected = None if isinstance(error, QueueError) else error
            self.log.error("%s goes on after a failure: %s", self.who, error, exc_info=unexpected)
        self._last = repr(error)

    def end(self) -> None:
        """All is well again: the next is told, whatever it is."""
        self._last = ""
