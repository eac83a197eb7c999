"""What stands under a key of a bucket of NATS: found, and changed beside others who change it."""

from collections.abc import Callable
from typing import Any, Final

_MOST_TRIES: Final = 100


async def find(bucket: Any, key: str) -> Any:
    """The entry of a key, with `value` and `revision`; `None` if there is none."""
    from nats.js.errors import KeyNotFoundError  # noqa: PLC0415  # an extra

    try:
        return await bucket.get(key)
    except KeyNotFoundError:
        return None


async def change(bucket: Any, key: str, changed: Callable[[bytes | None], bytes]) -> None:
    """Put in the place of a value, or of none, what is made of it.

    Raises:
        APIError: Others keep writing the same key.
    """
    from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

    for tries in range(_MOST_TRIES):
        entry = await find(bucket, key)
        value = changed(None if entry is None else entry.value)
        try:
            await bucket.update(key, value, last=entry and entry.revision)
        except KeyWrongLastSequenceError:
            if tries == _MOST_TRIES - 1:
                raise
        else:
            return
