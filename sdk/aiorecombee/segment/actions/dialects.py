"""How earlier versions of the destination build requests, where they differ from today's."""

from typing import Final

from aiorecombee.requests.endpoint import JsonObject
from aiorecombee.segment.actions.interactions import Interactions, Moment, Payload, Requests
from aiorecombee.segment.actions.problems import refuse
from aiorecombee.segment.actions.timestamps import date_seconds
from aiorecombee.segment.javascript import to_number

_NOT_A_NUMBER: Final = "NaN"


class PublishedInteractions(Interactions):
    """npm 3.497.0: timestamps as the text they were, prices of one piece."""

    def moment(self, payload: Payload) -> Moment | None:
        """The text itself."""
        found: str | None = payload.get("timestamp")
        return found

    def deleted_moment(self, payload: Payload) -> Moment | None:
        """A number as it is written, a date as milliseconds: the API will read them as seconds."""
        found: str | None = payload.get("timestamp")
        if found is None or not _is_nan(to_number(found)):
            return found
        seconds = date_seconds(found)
        return _NOT_A_NUMBER if seconds is None else round(seconds * 1000)

    def of_all(self, item: Payload, name: str) -> float | None:
        """The price of one piece, whatever the amount."""
        found: float | None = item.get(name)
        return found


class ClassicInteractions(Interactions):
    """The destination "Recombee AI": nothing noted beside the interaction, more than one item.

    Its code is not published; what its page leaves open is decided here and told in the README.
    """

    def add_cart_additions(self, payload: Payload) -> Requests:
        """A cart addition for each item."""
        return [
            request
            for item in payload["items"]
            for request in self.add_cart_addition({**payload, "item": item, **_own(item)})
        ]

    def add_purchases(self, payload: Payload) -> Requests:
        """A purchase for each item, with the recommendation of the item alone."""
        return super().add_purchases({**payload, "recommId": None})

    def add_rating(self, payload: Payload) -> Requests:
        """A rating, from -1 to 1.

        Raises:
            PayloadError: It is not.
        """
        if not -1 <= payload["rating"] <= 1:
            raise refuse("Rating must be between -1 and 1.", "/rating")
        return super().add_rating(payload)

    def set_view_portion(self, payload: Payload) -> Requests:
        """A view portion: as it is given, else of what was watched, else the least that is known.

        Raises:
            PayloadError: None of them is there, or the portion is not from 0 to 1.
        """
        if "portion" in payload:
            return self.viewed(payload, payload["portion"])
        if "totalLength" in payload and "watchTime" in payload:
            return self.set_view_portion_from_watch_time({**payload, "portion": payload})
        if "least" in payload:
            return self.viewed(payload, payload["least"])
        raise refuse("Neither a portion nor watch time and total length are there.", "/portion")

    def viewed(self, payload: Payload, portion: float) -> Requests:
        """The view of a portion from 0 to 1.

        Raises:
            PayloadError: It is not.
        """
        if not 0 <= portion <= 1:
            raise refuse("Portion must be between 0 and 1.", "/portion")
        return super().viewed(payload, portion)

    def additional_data(self, payload: Payload) -> JsonObject | None:
        """None: that came with the destination's successor."""
        del payload
        return None


def _own(item: Payload) -> Payload:
    return {"recommId": item.get("recommId")}


def _is_nan(number: float) -> bool:
    return number != number  # noqa: PLR0124
