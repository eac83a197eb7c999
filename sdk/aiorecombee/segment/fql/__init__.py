"""Segment's filter query language, as its action framework evaluates it.

    matches = compile_subscription('type = "track" and properties.price >= 10')
    matches({"type": "track", "properties": {"price": 12}})    # True

It is not the language that it looks like; `remarks` tells where a subscription does not do what it
seems to, and `explain` why it held for an event or did not.
"""

from aiorecombee.segment.fql.compiler import Condition, compile_query, compile_subscription
from aiorecombee.segment.fql.errors import SubscriptionError
from aiorecombee.segment.fql.explanation import Checked, explain
from aiorecombee.segment.fql.parser import parse
from aiorecombee.segment.fql.remark import Remark, remarks
from aiorecombee.segment.fql.requirements import required
from aiorecombee.segment.fql.tree import Query

__all__ = [
    "Checked",
    "Condition",
    "Query",
    "Remark",
    "SubscriptionError",
    "compile_query",
    "compile_subscription",
    "explain",
    "parse",
    "remarks",
    "required",
]
