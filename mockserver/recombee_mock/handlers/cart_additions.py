"""Cart additions."""

from operator import attrgetter

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.interactions import Field, InteractionKind
from recombee_mock.params import number

HANDLERS: Handlers = InteractionKind(
    "CartAddition",
    attrgetter("cart_additions"),
    (Field("amount", number), Field("price", number)),
).handlers()
