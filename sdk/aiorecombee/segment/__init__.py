"""Segment events to Recombee requests.

    from aiorecombee.segment import Destination

    Destination().map({"type": "page", "name": "Pricing", "userId": "u-1"}).requests

An event is data, requests are data, and a mapping says how one becomes the other. Nothing here
awaits or sends, but for `Settings.check`.
"""

from typing import TYPE_CHECKING

from aiorecombee._lazy import lazily

if TYPE_CHECKING:
    from aiorecombee.segment.destination import Destination as Destination
    from aiorecombee.segment.destination import Mapped as Mapped
    from aiorecombee.segment.destination import Rejection as Rejection
    from aiorecombee.segment.explaining import Explainer as Explainer
    from aiorecombee.segment.explaining import Explanation as Explanation
    from aiorecombee.segment.explaining import as_text as as_text
    from aiorecombee.segment.explaining import explain as explain
    from aiorecombee.segment.fql import SubscriptionError as SubscriptionError
    from aiorecombee.segment.fql import compile_subscription as compile_subscription
    from aiorecombee.segment.mapping import MappingFailedError as MappingFailedError
    from aiorecombee.segment.mapping import MappingInvalidError as MappingInvalidError
    from aiorecombee.segment.mapping import compile_mapping as compile_mapping
    from aiorecombee.segment.profiles import PROFILES as PROFILES
    from aiorecombee.segment.profiles import Profile as Profile
    from aiorecombee.segment.settings import Settings as Settings

__getattr__, _HOME_OF = lazily(
    __name__,
    {
        "destination": ("Destination", "Mapped", "Rejection"),
        "explaining": ("Explainer", "Explanation", "as_text", "explain"),
        "fql": ("SubscriptionError", "compile_subscription"),
        "mapping": ("MappingFailedError", "MappingInvalidError", "compile_mapping"),
        "profiles": ("PROFILES", "Profile"),
        "settings": ("Settings",),
    },
)

if not TYPE_CHECKING:  # type checkers take the imports above, and a test compares both
    __all__ = sorted(_HOME_OF)  # noqa: PLE0605


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
