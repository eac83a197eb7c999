"""Search synonyms."""

from recombee_mock.handlers import Handlers

HANDLERS: Handlers = {}
