"""Detail views."""

from operator import attrgetter

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.interactions import Field, InteractionKind
from recombee_mock.params import flag, number_between

# Listings show both even when they were not given. Source: API reference, List item detail views.
HANDLERS: Handlers = InteractionKind(
    "DetailView",
    attrgetter("detail_views"),
    (
        # Called an integer, but its examples have fractions: any number will do.
        Field("duration", number_between(0), always=True),
        Field("autoPresented", flag, always=True, default=False),
    ),
).handlers()
