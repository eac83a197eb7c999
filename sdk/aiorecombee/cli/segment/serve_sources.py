"""Options that say from whom `serve` takes events; secrets come from files or the environment."""

import argparse
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import attrs

from aiorecombee.cli.usage import UsageError
from aiorecombee.errors import ConfigurationError
from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.deletion import Deletions
from aiorecombee.forwarder.partner import PartnerWebhooks
from aiorecombee.forwarder.signature import SharedSecret
from aiorecombee.forwarder.tracking import TrackingApi
from aiorecombee.forwarder.webhooks import Webhooks

SECRET: Final = "AIORECOMBEE_WEBHOOK_SECRET"  # noqa: S105 - its name
_LONGEST: Final = 1_000_000  # bytes of a file with keys


@attrs.frozen
class Sources:
    """From whom events are taken; `None` from those that are not."""

    tracking: TrackingApi | None = None
    webhooks: Webhooks | None = None
    partner: PartnerWebhooks | None = None
    deletions: Deletions | None = None


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add `--write-key`, `--write-keys-file`, `--webhook-secret-file` and their siblings."""
    group = parser.add_argument_group(
        "who may send",
        "Files have a key a line; lines that begin with # are none. Segment's write keys are no\n"
        "secrets: they stand in every web page. The others are, so no option takes them. The\n"
        f"webhooks' shared secret may also stand in the environment, as {SECRET}.",
    )
    group.add_argument(
        "--write-key",
        metavar="KEY",
        action="append",
        default=[],
        help="of Segment's libraries; may be repeated. Without any, whoever reaches the host may"
        " send, which is refused unless that is this machine",
    )
    group.add_argument("--write-keys-file", metavar="FILE", help="more of them")
    group.add_argument("--any-write-key", action="store_true", help="everybody may send")
    group.add_argument(
        "--webhook-secret-file", metavar="FILE", help="shared secret of Segment's webhooks"
    )
    group.add_argument(
        "--partner-keys-file", metavar="FILE", help="API keys of the older destination"
    )
    group.add_argument(
        "--deletion-keys-file", metavar="FILE", help="Bearer tokens of who may delete users"
    )


def read_sources(options: argparse.Namespace, environ: Mapping[str, str]) -> Sources:
    """Put together who may send.

    Raises:
        UsageError: A file cannot be read or is empty, or everybody could send by mistake.
    """
    write_keys = [*options.write_key, *_keys(options.write_keys_file, "--write-keys-file")]
    if options.any_write_key and write_keys:
        raise UsageError("--any-write-key and write keys contradict each other")
    receives = options.only != "send"
    if receives and not write_keys and not options.any_write_key and not _is_here(options.host):
        raise UsageError(
            f"everybody who reaches {options.host} could send events: give --write-key or"
            " --write-keys-file, or --any-write-key if that is meant"
        )
    secret = _secret(options.webhook_secret_file, environ)
    partner = _keys(options.partner_keys_file, "--partner-keys-file")
    deletions = _keys(options.deletion_keys_file, "--deletion-keys-file")
    try:
        return Sources(
            TrackingApi(Keys(write_keys)),
            Webhooks(SharedSecret(secret)) if secret else None,
            PartnerWebhooks(Keys(partner)) if partner else None,
            Deletions(Keys(deletions)) if deletions else None,
        )
    except ConfigurationError:  # an empty key on the command line
        raise UsageError("--write-key: a key is empty") from None


def _secret(path: str | None, environ: Mapping[str, str]) -> str:
    if path is None:
        return environ.get(SECRET, "")
    lines = _lines(path, "--webhook-secret-file")
    if len(lines) != 1:
        raise UsageError(f"--webhook-secret-file {path}: it should hold one line, the secret")
    return lines[0]


def _keys(path: str | None, option: str) -> Sequence[str]:
    if path is None:
        return ()
    lines = _lines(path, option)
    if not lines:
        raise UsageError(f"{option} {path}: there is no key in it")
    return lines


def _lines(path: str, option: str) -> list[str]:
    """Lines that are not blank; what they say is in no message."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(_LONGEST + 1)
    except OSError as error:
        raise UsageError(f"{option} {path}: {error.strerror}") from None
    if len(text) > _LONGEST:
        raise UsageError(f"{option} {path}: it is too large to hold keys")
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"{option} {path}: it is not UTF-8") from None
    found = (line.strip() for line in lines)
    return [line for line in found if line and not line.startswith("#")]


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
