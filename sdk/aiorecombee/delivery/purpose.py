"""A queue is for one thing: events, or requests, for one database."""

from aiorecombee.client import RecombeeClient
from aiorecombee.delivery.queue import DurableQueue
from aiorecombee.errors import ConfigurationError


async def dedicate(queue: DurableQueue, carries: str, client: RecombeeClient) -> None:
    """Have a queue carry these to the client's database, and nothing else to nowhere else.

    Args:
        queue: The queue.
        carries: What is in it: "events", "requests".
        client: Whose database they go to.

    Raises:
        ConfigurationError: It is for something else; whoever sent from it would send to the wrong
            database, or could not read what is in it.
    """
    purpose = purpose_of(carries, client.database_id)
    require(await queue.dedicate(purpose), purpose)


def purpose_of(carries: str, database: str) -> str:
    """What a queue is for that carries these to a database, in words."""
    return f"{carries} for the database {database}"


def require(found: str, purpose: str) -> None:
    """Refuse a queue that is there for something else.

    Raises:
        ConfigurationError: It is.
    """
    if found != purpose:
        raise ConfigurationError(
            f"the queue is there for {found}, and not for {purpose}: give each a file, or a name,"
            " of its own"
        )
