"""What can be wrong with an event of a call that is otherwise right."""

import enum
from collections.abc import Mapping
from typing import Final


class Fault(enum.StrEnum):
    """Why an event is not delivered. The values are for counting, `reason` is for people."""

    NOT_AN_OBJECT = "not_an_object"
    NO_TYPE = "no_type"
    UNKNOWN_TYPE = "unknown_type"
    NO_USER = "no_user_anon_id"
    BAD_USER = "bad_user_id"
    LONG_USER = "long_user_id"
    NO_EVENT = "no_event"
    BAD_MESSAGE_ID = "bad_message_id"
    LONG_MESSAGE_ID = "long_message_id"
    OPTED_OUT = "opted_out"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    NOT_A_DELETION = "not_a_deletion"

    @property
    def reason(self) -> str:
        """In words; nothing of the event is in them."""
        return _REASONS[self]


_REASONS: Final[Mapping[Fault, str]] = {
    Fault.NOT_AN_OBJECT: "an event is a JSON object",
    Fault.NO_TYPE: 'it has no "type"',
    Fault.UNKNOWN_TYPE: 'its "type" is none that is taken here',
    Fault.NO_USER: 'it has neither "userId" nor "anonymousId"',
    Fault.BAD_USER: "the ID of a user is a text",
    Fault.LONG_USER: "the ID of a user is too long",
    Fault.NO_EVENT: 'a track needs the name of what happened, "event"',
    Fault.BAD_MESSAGE_ID: '"messageId" is a text',
    Fault.LONG_MESSAGE_ID: '"messageId" has less than 100 characters',
    Fault.OPTED_OUT: 'its "integrations" say that it is not for Recombee',
    Fault.NOT_JSON: "it has a number or a text that JSON cannot hold",
    Fault.TOO_DEEP: "it is nested too deeply",
    Fault.TOO_LARGE: "it is too large",
    Fault.NOT_A_DELETION: "this kind of regulation deletes nothing at destinations",
}
