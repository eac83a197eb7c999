"""The command `recombee-contract`."""

import argparse
import ipaddress
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs

from recombee_contract.cases import runs
from recombee_contract.report import as_json, exit_status, summarize, with_progress
from recombee_contract.runner import carry_out
from recombee_contract.service_target import ServiceTarget, address
from recombee_contract.target import Target
from recombee_contract.vector import signatures, vectors

_TOKEN: Final = "RECOMBEE_TOKEN"  # noqa: S105  # where the token is, not what it is
# What a shell reports for a process that the signal ended.
_INTERRUPTED: Final = 130
_BROKEN_PIPE: Final = 141
_EPILOGUE: Final = """
exit status: 0 the contract is kept, 1 it is broken, 2 the suite could not find out

  recombee-contract run --target mock
  recombee-contract run --target http://localhost:8484 --database mock-db
  recombee-contract run --target https://rapi-eu-west.recombee.com --database my-test \\
      --i-know-this-erases my-test

Against a URL the database is erased before every case. Tokens are read from the environment and
never shown.
"""


class UsageError(Exception):
    """The command line is wrong; the text says how to put it right."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.act(asked)
        sys.stdout.flush()
    except UsageError as error:
        print(f"recombee-contract: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at exit; that must not fail loudly either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return status


def _run(asked: argparse.Namespace) -> int:
    chosen = [run for run in runs(asked.filter) if not (asked.documented and run.case.chosen)]
    if not chosen:
        raise UsageError(f"no case has {asked.filter!r} in its ID; `list` shows all")
    with _target(asked) as target:
        results = list(with_progress(carry_out(chosen, target), total=len(chosen), out=sys.stderr))
    summarize(results, target.name, sys.stdout)
    if asked.json:
        try:
            Path(asked.json).write_text(as_json(results, target.name), "utf-8")
        except OSError as error:
            raise UsageError(f"--json {asked.json}: {error.strerror}") from None
    return exit_status(results)


def _list(asked: argparse.Namespace) -> int:
    for run in runs():
        _show(run.id, run.case.requirement, run.case.source, asked.filter)
    if asked.vectors:
        for vector in vectors():
            _show(vector.id, vector.requirement, vector.source, asked.filter)
        for signature in signatures():
            _show(signature.id, signature.requirement, signature.source, asked.filter)
    return 0


def _show(name: str, requirement: str, source: str, containing: str) -> None:
    if containing in name:
        print(f"{name}\n    {requirement}\n    [{source}]")  # noqa: T201


def _client(_: argparse.Namespace) -> int:
    raise UsageError("checking a client by running it is not built yet")


@contextmanager
def _target(asked: argparse.Namespace) -> Iterator[Target]:
    if asked.target == "mock":
        try:
            from recombee_contract.mock_target import MockTarget  # noqa: PLC0415  # slow to load
        except ImportError as error:
            raise UsageError(f"the mock server cannot be loaded: {error}") from error
        with MockTarget() as mock:
            yield mock
        return
    yield _service(asked)


def _service(asked: argparse.Namespace) -> ServiceTarget:
    try:
        address(asked.target)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if not asked.database:
        raise UsageError("a URL needs --database: which one shall be erased?")
    local = is_loopback(urlsplit(asked.target).hostname or "")
    if not local and asked.i_know_this_erases != asked.database:
        raise UsageError(
            f"running against {asked.target} erases everything in database {asked.database!r}; "
            f"if that is what you want, add --i-know-this-erases {asked.database}"
        )
    token = os.environ.get(asked.token_env)
    if not token:
        raise UsageError(f"the private token is expected in the environment as {asked.token_env}")
    public = os.environ.get(asked.public_token_env) if asked.public_token_env else None
    service = ServiceTarget(asked.target, asked.database, token, public, ca_file=asked.ca)
    return attrs.evolve(service, patience=0.0) if local else service


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="recombee-contract",
        description="Checks a server against the contract of Recombee's API.",
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the cases against a server", allow_abbrev=False)
    run.set_defaults(act=_run)
    run.add_argument("--target", required=True, metavar="mock|URL", help="what to check")
    run.add_argument("--database", metavar="ID", help="at a URL: the database to erase and use")
    run.add_argument(
        "--token-env", metavar="NAME", default=_TOKEN, help="variable with the private token"
    )
    run.add_argument("--public-token-env", metavar="NAME", help="variable with the public token")
    run.add_argument("--ca", metavar="FILE", help="certificates to trust at an https URL")
    run.add_argument(
        "--i-know-this-erases",
        metavar="ID",
        help="needed for any server that is not on this machine",
    )
    run.add_argument("--filter", metavar="TEXT", default="", help="only cases with TEXT in the ID")
    run.add_argument(
        "--documented", action="store_true", help="leave out what no source says of the service"
    )
    run.add_argument("--json", metavar="FILE", help="also write all results there")
    listing = commands.add_parser("list", help="list the cases", allow_abbrev=False)
    listing.set_defaults(act=_list)
    listing.add_argument("--filter", metavar="TEXT", default="", help="only those with TEXT in ID")
    listing.add_argument("--vectors", action="store_true", help="the wire vectors, too")
    client = commands.add_parser("client", help="check a client by running it (not built yet)")
    client.set_defaults(act=_client)
    client.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD …")
    return parser


if __name__ == "__main__":
    sys.exit(main())
