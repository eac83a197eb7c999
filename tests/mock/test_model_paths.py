"""The paths of faults, where * is any text, against a regular expression."""

import re

from hypothesis import given
from hypothesis import strategies as st

from recombee_mock.faults.asked import Asked
from recombee_mock.faults.rule import rule_from_json


def meets(path, asked):
    rule = rule_from_json({"effect": {"kind": "reset"}, "path": path})
    return rule.meets(Asked("GET", "shop", asked, "", False))


@given(st.text("*ab", max_size=9), st.text("ab\n", max_size=9))
def test_a_star_is_any_text(rest, asked):
    path = f"/{rest}"
    expected = re.fullmatch(path.replace("*", "[^0]*"), f"/{asked}") is not None
    assert meets(path, f"/{asked}") is expected


def test_many_stars_do_not_hold_the_server_up():
    assert not meets("*a" * 30 + "*b", "/" + "a" * 60_000)
    assert meets("*a" * 30 + "*b", "/" + "a" * 60_000 + "b")
