"""Numbers that a caller sets, looked at before they do harm."""

from math import inf

from aiorecombee.errors import ConfigurationError


def check_whole(name: str, value: object, most: float = inf) -> None:
    """Refuse what is not a whole number from 1 to `most`.

    Raises:
        ConfigurationError: Names it.
    """
    number = value if isinstance(value, int) and value is not True else 0
    if not 1 <= number <= most:
        limit = "" if most == inf else f" to {most:,}"
        raise ConfigurationError(f"{name} must be a whole number from 1{limit}, not {value!r}")


def check_seconds(name: str, value: object) -> None:
    """Refuse what is not a number of seconds, 0 or more.

    Raises:
        ConfigurationError: Names it.
    """
    seconds = value if isinstance(value, int | float) and value is not True else -1.0
    if not 0 <= seconds < inf:
        raise ConfigurationError(f"{name} must be a number of seconds, 0 or more, not {value!r}")
