"""Ratings."""

from operator import attrgetter

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.interactions import Field, InteractionKind
from recombee_mock.params import number_between

HANDLERS: Handlers = InteractionKind(
    "Rating",
    attrgetter("ratings"),
    (Field("rating", number_between(-1.0, 1.0), required=True),),
).handlers()
