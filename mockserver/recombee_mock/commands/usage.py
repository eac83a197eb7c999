"""What a command line or a configuration file gets wrong."""


class UsageError(Exception):
    """It is wrong; the text says what and what to do instead."""
