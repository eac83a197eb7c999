"""Bookmarks."""

from operator import attrgetter

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.interactions import InteractionKind

HANDLERS: Handlers = InteractionKind("Bookmark", attrgetter("bookmarks")).handlers()
