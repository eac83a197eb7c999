"""Item properties: their definitions, and the values of items."""

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import ITEM
from recombee_mock.handlers.property_definitions import definition_handlers
from recombee_mock.handlers.values import value_handlers

HANDLERS: Handlers = {**definition_handlers(ITEM), **value_handlers(ITEM)}
