"""What can be set about the behaviour of one database."""

import attrs


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
