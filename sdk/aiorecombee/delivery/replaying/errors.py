"""Why an archive, or what is kept of a replay, is no good."""

from typing import Final


class ArchiveError(Exception):
    """An archive is not there, cannot be read, or is not the one that it was."""


class DamagedError(ArchiveError):
    """What is packed ends too early, or is not what it says it is; what came before it is good."""


class CheckpointError(Exception):
    """A checkpoint cannot be read, or belongs to something else."""


class KeepingError(Exception):
    """The checkpoint, the rejects or the ledger cannot be written, or the ledger not be read."""


NO_ZSTD: Final = (
    "packed with zstd, which needs Python 3.14 or the package zstandard: pip install zstandard"
)
