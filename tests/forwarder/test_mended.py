"""An event that was mended by hand: the same rules as for one that comes in."""

import json

import pytest

from aiorecombee.forwarder.call import Accepted
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.mended import take_mended


def test_it_is_written_as_it_is_for_the_users_that_it_is_about(keeper):
    event = {"type": "alias", "userId": "b", "previousId": "a", "messageId": "m"}
    taken = take_mended(event, keeper())
    assert isinstance(taken, Accepted)
    assert json.loads(taken.body) == event
    assert (taken.lanes, taken.barrier, taken.key) == (("a", "b"), True, "m")


def test_a_deletion_may_be_mended_too(keeper):
    taken = take_mended({"type": "delete", "userId": "a"}, keeper())
    assert isinstance(taken, Accepted)
    assert (taken.lanes, taken.barrier) == (("a",), True)


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ([], Fault.NOT_AN_OBJECT),
        ({"userId": "a"}, Fault.NO_TYPE),
        ({"type": "pgae", "userId": "a"}, Fault.UNKNOWN_TYPE),
        ({"type": "track", "userId": "a"}, Fault.NO_EVENT),
        ({"type": "page"}, Fault.NO_USER),
        ({"type": "page", "userId": {}}, Fault.BAD_USER),
        ({"type": "page", "userId": "a", "messageId": []}, Fault.BAD_MESSAGE_ID),
        ({"type": "page", "userId": "a", "name": "x" * 2**20}, Fault.TOO_LARGE),
    ],
)
def test_what_would_not_be_taken_is_not(keeper, event, fault):
    assert take_mended(event, keeper()) is fault
