"""The database as a whole."""

from recombee_mock.answers import OK, Answer
from recombee_mock.handlers import Handlers
from recombee_mock.params import Params
from recombee_mock.store.contents import Contents


def reset_database(contents: Contents, _params: Params, now: float) -> Answer:
    """Source: API reference, Reset database."""
    contents.erase(now)
    return OK


HANDLERS: Handlers = {"ResetDatabase": reset_database}
