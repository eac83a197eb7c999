"""Everything that decides, as pure functions: no network, no clock, no randomness of its own."""
