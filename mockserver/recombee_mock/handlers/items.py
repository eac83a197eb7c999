"""Items."""

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import ITEM, entity_handlers

HANDLERS: Handlers = entity_handlers(ITEM)
