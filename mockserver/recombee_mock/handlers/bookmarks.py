"""Bookmarks."""

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.interactions import InteractionKind

HANDLERS: Handlers = InteractionKind("Bookmark", lambda contents: contents.bookmarks).handlers()
