"""Updating and deleting items by filter."""

from recombee_mock.handlers import Handlers

HANDLERS: Handlers = {}
