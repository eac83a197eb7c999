"""How much a call may bring."""

from typing import Final

import attrs

from aiorecombee.errors import ConfigurationError


@attrs.frozen
class Limits:
    """Bounds of a receiver; those of the Tracking API, if nothing else is said.

    Attributes:
        event_size: Most bytes of an event.
        call_size: Most bytes of a call with several events, after inflation.
        events: Most events of a call.

    Source: Segment's documentation, HTTP API.
    """

    event_size: int = 32 * 2**10
    call_size: int = 500 * 2**10
    events: int = 2_500

    def __attrs_post_init__(self) -> None:
        """Refuse what is no bound.

        Raises:
            ConfigurationError: One is not a whole number above 0.
        """
        for name, value in attrs.asdict(self).items():
            if value.__class__ is not int or value < 1:
                raise ConfigurationError(f"{name} must be a whole number above 0, not {value!r}")


OF_WEBHOOKS: Final = Limits(event_size=512 * 2**10, call_size=8 * 2**20, events=4_000)
"""Segment sends at most 4,000 events a call, of 4 MB before they are mapped."""

OF_DELETIONS: Final = Limits(call_size=2 * 2**20, events=5_000)
"""Segment takes at most 5,000 users a regulation."""
