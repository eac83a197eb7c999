"""What can be set about the behaviour of one database."""

from typing import Any, Final

import attrs

from recombee_mock.fields import Fields


@attrs.frozen(kw_only=True)
class Settings:
    """How a database behaves where the real service can be told to, or keeps it to itself.

    Attributes:
        erase_window: Seconds during which a reset database answers 422 to everything else.
        allow_public_merge: Whether the public token may merge users.
        max_batch: Requests a batch may hold.
        listing_lag: Seconds after which a write shows up in listings; the real service needs some.
        null_is_false: Whether ReQL's logic takes null for false, rather than for unknown.
        interaction_functions: Whether ReQL may ask for interactions; off by default at the real
            service, where support turns it on.
        exclude_interacted: Whether recommendations for a user leave out what the user had before.
        seed: Of everything random: equal calls on databases with equal seeds have equal answers.
    """

    erase_window: float = 0.0
    allow_public_merge: bool = False
    max_batch: int = 10_000
    listing_lag: float = 0.0
    null_is_false: bool = False
    interaction_functions: bool = True
    exclude_interacted: bool = False
    seed: int = 0


NAMES: Final = {
    field.name: "".join(
        word if at == 0 else word.title() for at, word in enumerate(field.name.split("_"))
    )
    for field in attrs.fields(Settings)
}
"""From a setting's name in Python to its name in JSON."""

_DAY: Final = 86_400.0
_MOST: Final = {"max_batch": 1_000_000, "seed": 2**53}


def settings_to_json(settings: Settings) -> dict[str, Any]:
    """All settings, under their names in JSON."""
    return {name: getattr(settings, ours) for ours, name in NAMES.items()}


def settings_from_json(value: Any, before: Settings | None = None, where: str = "") -> Settings:
    """The settings `before`, changed where `value` says so.

    Raises:
        FieldError: It is not an object, or a setting in it is unknown or out of range.
    """
    before = before or Settings()
    fields = Fields(value, where)
    changed: dict[str, Any] = {}
    for ours, name in NAMES.items():
        given = getattr(before, ours)
        if isinstance(given, bool):
            changed[ours] = fields.flag(name, given)
        elif isinstance(given, int):
            changed[ours] = fields.whole(name, given, most=_MOST[ours])
        else:
            changed[ours] = fields.number(name, given, most=_DAY)
    fields.done()
    return Settings(**changed)
