"""`aiorecombee doctor` on real sockets: the mock, servers that misbehave, proxies, certificates."""

import asyncio
import datetime as dt
import json
import os
import ssl
import subprocess
import sys
import time
from contextlib import asynccontextmanager

import pytest
import trustme

from aiorecombee.cli import main
from aiorecombee.cli.connection_options import Connection, Told
from aiorecombee.cli.doctor.observer import Observer
from aiorecombee.cli.doctor.program import examine
from aiorecombee.cli.doctor.seen import Proxy, Seen, Target
from aiorecombee.cli.doctor.target import find_target
from aiorecombee.core.credentials import PrivateToken, PublicToken
from aiorecombee.core.routing import Origin
from recombee_mock.threaded import MockServerThread

TOKEN = "Gh0stT0ken"


@pytest.fixture
def run(capsys):
    """Run the command and give status and what it printed."""

    def run(*arguments):
        status = main(["doctor", *arguments])
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def ask(run):
    """Run the command for a program, and give status and cause."""

    def ask(*arguments):
        status, out = run("--json", *arguments)
        return status, json.loads(out)["cause"]

    return ask


@pytest.fixture
def of_mock(recombee_mock, monkeypatch):
    """The options that lead to the database on the mock."""
    monkeypatch.setenv("RECOMBEE_TOKEN", recombee_mock.token)
    return [
        *("--database", recombee_mock.database_id),
        *("--base-uri", recombee_mock.base_uri),
        *("--protocol", "http"),
    ]


def test_with_a_database_that_answers_all_is_well(run, of_mock, recombee_mock):
    status, out = run(*of_mock)

    assert status == 0
    assert [line.split()[:2] for line in out.splitlines()[:10]] == [
        ["ok", "configuration"],
        ["skipped", "proxy"],
        ["skipped", "host"],
        ["ok", "connection"],
        ["skipped", "TLS"],
        ["ok", "answer"],
        ["ok", "service"],
        ["ok", "clock"],
        ["ok", "database"],
        ["ok", "token"],
    ]
    assert out.splitlines()[-1] == "All is well: the database is reached, and the token opens it."
    assert recombee_mock.token not in out


def test_nothing_is_asked_that_changes_anything(run, of_mock, recombee_mock):
    run(*of_mock)

    assert [entry.operation for entry in recombee_mock.journal()] == ["Batch"]
    assert recombee_mock.export_lines() == ""


def test_json_is_for_programs(run, of_mock):
    status, out = run("--json", *of_mock)

    told = json.loads(out)
    assert (status, told["ok"], told["cause"], told["remedy"]) == (0, True, None, None)
    assert [check["outcome"] for check in told["checks"]].count("ok") == 7


def test_an_unknown_database(ask, of_mock):
    assert ask(*of_mock, "--database", "nope") == (1, "unknown-database")


def test_a_wrong_token(ask, of_mock, monkeypatch):
    monkeypatch.setenv("RECOMBEE_TOKEN", TOKEN)

    assert ask(*of_mock) == (1, "wrong-token")


def test_a_public_token(ask, of_mock, recombee_mock, monkeypatch):
    monkeypatch.setenv("RECOMBEE_TOKEN", recombee_mock.public_token)

    assert ask(*of_mock) == (1, "public-token")


def test_the_token_of_another_database(ask, of_mock, recombee_mock, recombee_mock_server):
    with recombee_mock_server.fresh_database() as other:
        here = [*of_mock, "--database", other.database_id]

        assert ask(*here) == (1, "wrong-token")
        assert ask(*here, "--try-database", recombee_mock.database_id) == (
            1,
            "token-of-another-database",
        )


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ({"kind": "status", "status": 429, "retryAfter": 7}, "rate-limited"),
        ({"kind": "status", "status": 503}, "service-fails"),
        (
            {"kind": "status", "status": 502, "body": "<h1>", "contentType": "text/html"},
            "service-fails",
        ),
        ({"kind": "status", "status": 422}, "database-being-erased"),
        (
            {"kind": "status", "status": 200, "body": "<h1>", "contentType": "text/html"},
            "not-recombee",
        ),
        ({"kind": "reset"}, "no-answer-connection-broken"),
    ],
)
def test_a_service_that_will_not(ask, of_mock, recombee_mock, fault, cause):
    recombee_mock.add_fault(fault)

    assert ask(*of_mock) == (1, cause)


def test_another_region(run, recombee_mock_server, monkeypatch):
    """The mock takes whole URLs, so that it can be the proxy that leads to all hosts."""
    monkeypatch.setenv("HTTP_PROXY", recombee_mock_server.url)
    with recombee_mock_server.fresh_database("ap-se") as database:
        monkeypatch.setenv("RECOMBEE_TOKEN", database.token)
        status, out = run(
            *("--database", database.database_id, "--region", "us-west", "--protocol", "http")
        )

    assert status == 1
    assert "does not exist on rapi-us-west.recombee.com, but in ap-se" in out
    assert "Give --region ap-se (in the library region='ap-se'" in out


@pytest.mark.parametrize(
    ("variables", "arguments"),
    [
        ({}, []),
        ({"RECOMBEE_DATABASE": "db"}, []),
        ({"RECOMBEE_DATABASE": "db", "RECOMBEE_TOKEN": TOKEN}, ["--region", "mars"]),
        ({"RECOMBEE_DATABASE": "db", "RECOMBEE_TOKEN": TOKEN, "RAPI_URI": "http://x"}, []),
        ({"RECOMBEE_DATABASE": "db", "RECOMBEE_TOKEN": TOKEN, "HTTPS_PROXY": "p:1"}, []),
    ],
)
def test_a_malformed_configuration(run, monkeypatch, variables, arguments):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    status, out = run(*arguments)

    assert (status, out.split()[:2]) == (1, ["failed", "configuration"])
    assert TOKEN not in out


@pytest.mark.parametrize(
    "arguments", [["--timeout", "0"], ["--timeout", "soon"], ["--try-database", "a b"], ["x"]]
)
def test_a_wrong_call_is_status_2(arguments, capsys):
    assert main(["doctor", *arguments]) == 2
    assert "usage: aiorecombee doctor" in capsys.readouterr().err


def test_the_help_has_an_example(capsys):
    assert main(["doctor", "--help"]) == 0
    assert "example:\n  $ RECOMBEE_TOKEN=... aiorecombee doctor" in capsys.readouterr().out


# --- Servers that misbehave -----------------------------------------------------------------------


@asynccontextmanager
async def serving(accept, ssl_context=None):
    """A server on a free port; its connections end with it."""
    tasks = set()

    async def guarded(reader, writer):
        tasks.add(asyncio.current_task())
        try:
            await accept(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0, ssl=ssl_context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answering(text):
    async def accept(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(text.replace("TARGET", head.split()[1].decode()).encode())
        await writer.drain()

    return accept


async def silent(reader, _):
    await reader.read()
    await asyncio.Event().wait()


async def hanging_up(_, writer):
    writer.close()


async def banner(reader, writer):
    writer.write(b"SSH-2.0-OpenSSH\r\n")
    await writer.drain()
    await reader.read(1)


def connection(port, protocol, host="127.0.0.1"):
    origin = Origin(protocol, f"{host}:{port}")
    token = PrivateToken(TOKEN), PublicToken(TOKEN)
    return Connection(Told("db", "a"), *token, "b", None, origin.authority, "c", origin)


async def cause(port, protocol="http", *, host="127.0.0.1", proxy=None, limit=5.0, now=time.time):
    """What the doctor finds at a port."""
    there = connection(port, protocol, host)
    told = {"database": "a", "token": "b", "place": "c"}
    target = Target("db", there.origin, host, port, proxy, told)
    diagnosis = await examine(
        Seen(target), Observer(target, there, limit, now).look, lambda _: None
    )
    return "" if diagnosis.failure is None else diagnosis.failure.cause


def page(status, body="", *headers):
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body])


@pytest.mark.parametrize(
    ("accept", "protocol", "expected"),
    [
        (answering(page("200 OK", "<html>")), "http", "not-recombee"),
        (answering(page("302 Found", "", "Location: /login")), "http", "not-recombee"),
        (answering(page("503 Unavailable", "<html>")), "http", "service-fails"),
        (banner, "http", "no-answer-connection-broken"),
        (banner, "https", "plain-http"),
        (hanging_up, "http", "no-answer-connection-broken"),
        (hanging_up, "https", "connection-broken"),
    ],
)
async def test_a_server_that_is_no_recombee(accept, protocol, expected):
    async with serving(accept) as port:
        assert await cause(port, protocol) == expected


async def test_plain_http_on_a_port_for_tls(recombee_mock_server):
    port = int(recombee_mock_server.base_uri.rpartition(":")[2])

    assert await cause(port, "https") == "plain-http"


@pytest.mark.parametrize("protocol", ["http", "https"])
async def test_every_look_has_an_end(protocol):
    async with serving(silent) as port:
        assert await cause(port, protocol, limit=0.05) in {"timeout", "no-answer-timeout"}


async def test_so_has_every_look_through_a_proxy():
    async with serving(silent) as port:
        found = await cause(443, "https", host="my.host", proxy=through(port), limit=0.05)
    assert found == "proxy-timeout"


async def test_nobody_listens():
    async with serving(hanging_up) as port:
        pass

    assert await cause(port) == "connection-refused"


async def test_a_host_that_has_no_address():
    assert await cause(443, host="no-such-host.invalid") in {"unknown-host", "no-resolver"}


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "..", "a..b"])
async def test_a_host_that_cannot_be_a_name(host):
    assert await cause(443, host=host) == "unknown-host"


async def test_a_server_that_repeats_the_url_gives_no_signature_away():
    told = []
    async with serving(answering("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nTARGET")) as port:
        there = connection(port, "http")
        told_by = {"database": "a", "token": "b", "place": "c"}
        target = Target("db", there.origin, "127.0.0.1", port, None, told_by)
        look = Observer(target, there, 5.0).look
        diagnosis = await examine(Seen(target), look, told.append)

    assert diagnosis.failure.cause == "not-recombee"
    assert "hmac_sign=…" in str(told)


@pytest.mark.parametrize("ahead", [-3600, 3600, 40])
async def test_a_wrong_clock(recombee_mock, ahead):
    there = connection(int(recombee_mock.base_uri.rpartition(":")[2]), "http")
    token = PrivateToken(recombee_mock.token), PublicToken(recombee_mock.token)
    there = Connection(
        Told(recombee_mock.database_id, "a"), *token, "b", None, "c", "d", there.origin
    )
    target = find_target(there, {}, lambda _: False)
    look = Observer(target, there, 5.0, lambda: time.time() + ahead).look
    diagnosis = await examine(Seen(target), look, lambda _: None)

    assert diagnosis.failure.cause == "wrong-clock"
    said = diagnosis.findings["clock"].said
    assert said.endswith("signed by the service's time the same request is taken")
    assert ("ahead" if ahead > 0 else "behind") in said


# --- TLS ------------------------------------------------------------------------------------------

YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
TOMORROW = YESTERDAY + dt.timedelta(days=2)


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """A certificate authority that this process trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


def context_of(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("name", "times", "expected"),
    [
        ("other.example", {}, "certificate-of-another-host"),
        ("127.0.0.1", {"not_after": YESTERDAY}, "expired-certificate"),
        ("127.0.0.1", {"not_before": TOMORROW}, "certificate-not-yet-valid"),
    ],
)
async def test_a_certificate_that_is_not_good(authority, name, times, expected):
    context = context_of(authority.issue_cert(name, **times))
    async with serving(silent, context) as port:
        assert await cause(port, "https") == expected


async def test_a_certificate_of_an_authority_that_nobody_trusts():
    async with serving(silent, context_of(trustme.CA().issue_cert("127.0.0.1"))) as port:
        assert await cause(port, "https") == "untrusted-certificate"


async def test_tls_on_a_port_for_plain_http():
    async with serving(silent, context_of(trustme.CA().issue_cert("127.0.0.1"))) as port:
        assert await cause(port, "http") == "https-there"


async def test_no_way_of_tls_in_common():
    async def alert(reader, writer):
        await reader.read(1)
        writer.write(b"\x15\x03\x03\x00\x02\x02\x28")  # fatal: handshake failure
        await writer.drain()
        await reader.read()

    async with serving(alert) as port:
        assert await cause(port, "https") == "no-tls-agreement"


# --- Proxies --------------------------------------------------------------------------------------


def through(port, *, secure=False):
    return Proxy("HTTPS_PROXY", "http://127.0.0.1", "127.0.0.1", port, secure)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (answering(page("403 Forbidden")), "proxy-refuses"),
        (answering(page("502 Bad Gateway")), "proxy-refuses"),
        (answering(page("407 Proxy Authentication Required")), "proxy-wants-password"),
        (answering("SSH-2.0-OpenSSH\r\n\r\n"), "no-proxy-there"),
        (answering("a" * 100_000), "no-proxy-there"),
        (hanging_up, "proxy-connection-broken"),
    ],
)
async def test_a_proxy_that_does_not_let_us_through(accept, expected):
    async with serving(accept) as port:
        found = await cause(443, "https", host="my.host", proxy=through(port))
    assert found == expected


async def test_a_proxy_that_is_not_there():
    async with serving(hanging_up) as port:
        pass

    found = await cause(443, "https", host="my.host", proxy=through(port))
    assert found == "proxy-connection-refused"


async def relay(reader, writer):
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()


def tunnelling_to(port):
    """A proxy that connects every host to this port."""

    async def accept(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(relay(reader, back))
                both.create_task(relay(there, writer))
        except* OSError:
            pass
        finally:
            back.transport.abort()

    return accept


async def test_tls_is_looked_at_through_the_tunnel(authority):
    certificate = context_of(authority.issue_cert("other.example"))
    async with serving(silent, certificate) as port, serving(tunnelling_to(port)) as proxy:
        found = await cause(443, "https", host="my.host", proxy=through(proxy))
    assert found == "certificate-of-another-host"


async def test_a_proxy_may_speak_tls_itself(authority):
    of_proxy = context_of(authority.issue_cert("127.0.0.1"))
    untrusted = context_of(trustme.CA().issue_cert("my.host"))
    async with (
        serving(silent, untrusted) as port,
        serving(tunnelling_to(port), of_proxy) as proxy,
    ):
        found = await cause(443, "https", host="my.host", proxy=through(proxy, secure=True))
    assert found == "untrusted-certificate"


# --- The real command -----------------------------------------------------------------------------


def command(*arguments, **variables):
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "aiorecombee.cli", "doctor", *arguments],
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def secure_mock():
    with MockServerThread(tls_port=0) as server:
        yield server


@pytest.mark.parametrize(
    ("region", "status", "last"),
    [
        ("ap-se", 0, "All is well: the database is reached, and the token opens it."),
        (
            "eu-west",
            1,
            "Give --region ap-se (in the library region='ap-se', in the environment RECOMB",
        ),
    ],
)
async def test_the_whole_way_through_a_proxy_with_tls(secure_mock, region, status, last):
    port = int(secure_mock.https_url.rpartition(":")[2])
    with secure_mock.fresh_database("ap-se") as database:
        async with serving(tunnelling_to(port)) as proxy:
            done = await asyncio.to_thread(
                command,
                *("--database", database.database_id, "--region", region),
                RECOMBEE_TOKEN=database.token,
                HTTPS_PROXY=f"http://127.0.0.1:{proxy}",
                SSL_CERT_FILE=str(secure_mock.ca_path),
                COLUMNS="100",
            )

    assert (done.returncode, done.stderr) == (status, "")
    assert last in done.stdout


def test_the_command_alone_says_what_is_missing():
    done = command()

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("failed   configuration  no database: give --database")
