"""Whose turn it is, in memory."""

import pytest

from aiorecombee.delivery.broker.lanes import Waiting
from aiorecombee.delivery.broker.records import Mark


def test_what_waits_for_hours_is_asked_about_at_first_often_and_then_every_two_seconds():
    waiting, pauses = Waiting(Mark(2, "u", of=1, home=0, index=1)), []
    for _ in range(2_000):
        now = waiting.ask_at
        assert waiting.ask(now)
        pauses.append(waiting.ask_at - now)
        assert not waiting.ask(now)
    assert pauses[:4] == pytest.approx([0.02, 0.04, 0.08, 0.16])
    assert pauses[7:] == pytest.approx([2.0] * 1_993)
