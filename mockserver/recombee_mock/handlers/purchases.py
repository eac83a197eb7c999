"""Purchases."""

from operator import attrgetter

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.interactions import Field, InteractionKind
from recombee_mock.params import number

# No bounds are published: a refund may well be negative.
HANDLERS: Handlers = InteractionKind(
    "Purchase",
    attrgetter("purchases"),
    (Field("amount", number), Field("price", number), Field("profit", number)),
).handlers()
