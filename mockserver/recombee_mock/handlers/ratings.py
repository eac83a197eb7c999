"""Ratings."""

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.interactions import Field, InteractionKind
from recombee_mock.params import number_between

HANDLERS: Handlers = InteractionKind(
    "Rating",
    lambda contents: contents.ratings,
    (Field("rating", number_between(-1.0, 1.0), required=True),),
).handlers()
