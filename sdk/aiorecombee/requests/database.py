"""The database as a whole."""

from aiorecombee.requests.endpoint import Request, endpoint


# A reset repeated by accident would erase what was written after the first one.
@endpoint("DELETE", "/", timeout=100.0, repeatable=False)
class ResetDatabase(Request[str]):
    """Erase all items, users, properties, series and interactions. Irreversible.

    The service erases in the background; until it is done, other requests get status 422.

    Source: API reference, Reset database.
    """
