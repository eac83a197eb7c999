"""What is kept of a replay, so that another process can go on with it."""

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import attrs

from aiorecombee.delivery.ledger import Aliased, Deleted, Fact
from aiorecombee.delivery.replaying.errors import ArchiveError, CheckpointError, KeepingError
from aiorecombee.delivery.replaying.tally import Tally

_VERSION: Final = 1
_FIRST_BYTES: Final = 1 << 16


@attrs.frozen
class Fingerprint:
    """What a file is known by.

    Attributes:
        size: Its bytes.
        first: SHA-256 of the first 64 KiB.
    """

    size: int
    first: str

    @classmethod
    def of(cls, path: str) -> "Fingerprint":
        """Take that of a file.

        Raises:
            ArchiveError: It cannot be read.
        """
        try:
            with Path(path).open("rb") as file:
                first = sha256(file.read(_FIRST_BYTES)).hexdigest()
                return cls(os.fstat(file.fileno()).st_size, first)
        except OSError as error:
            raise ArchiveError(f"{path}: {error.strerror}") from None


@attrs.frozen
class Place:
    """Up to where all of a file is settled.

    Attributes:
        fingerprint: Of the file.
        line: Number of the last line that is.
        offset: Bytes from the start of the unpacked file to behind it.
        finished: Whether that is the end.
    """

    fingerprint: Fingerprint
    line: int = 0
    offset: int = 0
    finished: bool = False


@attrs.frozen
class Checkpoint:
    """How far a replay has come.

    Attributes:
        database: The API Identifier of the database that it goes to.
        places: File to place. Names are absolute.
        tally: What was counted up to there.
        rejects: Absolute name of the file of rejects; empty if there is none.
        rejects_size: Its bytes up to there.
        replay: What the lines of this replay in it are known by.
        complete: Whether everything was replayed.
        facts: What was learnt of users up to there, and may not be in the ledger yet.
    """

    database: str
    places: Mapping[str, Place]
    tally: Tally
    rejects: str = ""
    rejects_size: int = 0
    replay: str = ""
    complete: bool = False
    facts: Sequence[Fact] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "version": _VERSION,
            "database": self.database,
            "complete": self.complete,
            "rejects": self.rejects,
            "rejects_size": self.rejects_size,
            "replay": self.replay,
            "files": {path: attrs.asdict(place) for path, place in self.places.items()},
            "tally": self.tally.as_json(),
            "facts": [attrs.astuple(fact) for fact in self.facts],
        }

    @classmethod
    def from_json(cls, found: Any) -> "Checkpoint":
        """As it was written.

        Raises:
            CheckpointError: It was not.
        """
        try:
            if found["version"] != _VERSION:
                raise CheckpointError("it is of another version")
            return cls(
                database=str(found["database"]),
                places={str(path): _place(one) for path, one in found["files"].items()},
                tally=Tally.from_json(found["tally"]),
                rejects=str(found["rejects"]),
                rejects_size=int(found["rejects_size"]),
                replay=str(found.get("replay", "")),
                complete=bool(found["complete"]),
                facts=tuple(_fact(*one) for one in found.get("facts", ())),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise CheckpointError("it is not a checkpoint of a replay") from None


def _fact(*one: Any) -> Fact:
    user, *others, at = one
    if not others:
        return Deleted(str(user), float(at))
    (became,) = others
    return Aliased(str(user), str(became), float(at))


def _place(found: Mapping[str, Any]) -> Place:
    known = found["fingerprint"]
    return Place(
        Fingerprint(int(known["size"]), str(known["first"])),
        int(found["line"]),
        int(found["offset"]),
        bool(found["finished"]),
    )


def load(path: str) -> Checkpoint | None:
    """Read a checkpoint; `None` if there is none.

    Raises:
        CheckpointError: It cannot be read, or is none.
    """
    if Path(path).is_char_device() or Path(path).is_fifo():  # which may have no end
        raise CheckpointError("it is no file that can be kept")
    try:
        found = json.loads(Path(path).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CheckpointError(str(error.strerror)) from None
    except (ValueError, RecursionError):
        raise CheckpointError("it is not JSON") from None
    return Checkpoint.from_json(found)


def save(path: str, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; whoever reads the file finds this one or the one before, whole.

    Raises:
        KeepingError: It cannot be written; the one before is still there.
    """
    fresh = Path(f"{path}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(checkpoint.as_json(), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise KeepingError(f"cannot write the checkpoint {path}: {error.strerror}") from None
