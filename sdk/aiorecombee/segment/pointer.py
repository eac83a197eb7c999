"""JSON pointers: how a place in a JSON value is written. Source: RFC 6901."""


def step(pointer: str, key: object) -> str:
    """The pointer of a member."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
