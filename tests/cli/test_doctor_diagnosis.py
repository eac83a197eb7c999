"""What the doctor makes of what it sees: a table, and promises for whatever it may see."""

import asyncio
import errno
import socket
import ssl

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.cli.connection_options import Told
from aiorecombee.cli.doctor.diagnosis import CHECKS, diagnose
from aiorecombee.cli.doctor.finding import Outcome
from aiorecombee.cli.doctor.hosts import client_side, region_origins
from aiorecombee.cli.doctor.program import examine
from aiorecombee.cli.doctor.report import advice, as_json, line_of
from aiorecombee.cli.doctor.seen import (
    Answer,
    Probe,
    Proxy,
    Question,
    Seen,
    Target,
    Trouble,
)
from aiorecombee.cli.doctor.target import find_proxy
from aiorecombee.cli.doctor.troubles import text_of, trouble_of
from aiorecombee.cli.usage import UsageError
from aiorecombee.core.routing import Origin

NOON = 1_700_000_000.5
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"  # the second of NOON
REACHED = Probe("there", 0.01)
ORIGIN = Origin("https", "rapi-eu-west.recombee.com")
TARGET = Target(
    "shop",
    ORIGIN,
    "rapi-eu-west.recombee.com",
    443,
    None,
    {"database": "--database", "token": "RECOMBEE_TOKEN", "place": "--region"},
    try_regions=True,
)
PROXY = Proxy("HTTPS_PROXY", "http://proxy:3128", "proxy", 3128)
BEHIND = attrs.evolve(TARGET, proxy=PROXY)
PLAIN = attrs.evolve(TARGET, origin=Origin("http", "rapi-eu-west.recombee.com"), port=80)


def answer(status, body="[]", at=NOON, **headers):
    named = {name.replace("_", "-"): value for name, value in {"date": DATE, **headers}.items()}
    return Answer(status, named, body, at, 0.02)


OK = answer(200)
UNSIGNED = answer(401, '{"statusCode":401, "error":"Invalid HMAC signature"}')
UNKNOWN = answer(404, '{"message": "Database \\"shop\\" does not exist!"}')
FORBIDDEN = answer(403, '{"message": "Not allowed"}')
HEALTHY = Seen(TARGET, name=REACHED, connection=REACHED, tls=REACHED, answer=OK)


def seen(**changes):
    return attrs.evolve(HEALTHY, **changes)


def trouble(kind):
    return Probe("said so", 0.01, kind)


def test_all_is_well():
    diagnosis = diagnose(HEALTHY)

    assert (diagnosis.question, diagnosis.failure) == (None, None)
    assert {check: str(verdict.outcome) for check, verdict in diagnosis.findings.items()} == {
        **dict.fromkeys(CHECKS, "ok"),
        "proxy": "skipped",
    }


@pytest.mark.parametrize(
    ("found", "check", "cause"),
    [
        (Seen("RAPI_URI: no host"), "configuration", "malformed-configuration"),
        (seen(target=BEHIND, proxy=trouble(Trouble.REFUSED)), "proxy", "proxy-connection-refused"),
        (seen(target=BEHIND, proxy=trouble(Trouble.TUNNEL_DENIED)), "proxy", "proxy-refuses"),
        (seen(target=BEHIND, proxy=trouble(Trouble.NO_PROXY_THERE)), "proxy", "no-proxy-there"),
        (
            seen(target=BEHIND, proxy=trouble(Trouble.PROXY_PASSWORD)),
            "proxy",
            "proxy-wants-password",
        ),
        (seen(name=trouble(Trouble.UNKNOWN_NAME)), "host name", "unknown-host"),
        (seen(name=trouble(Trouble.NO_RESOLVER)), "host name", "no-resolver"),
        (seen(connection=trouble(Trouble.REFUSED)), "connection", "connection-refused"),
        (seen(connection=trouble(Trouble.SILENT)), "connection", "timeout"),
        (seen(connection=trouble(Trouble.NO_ROUTE)), "connection", "no-route"),
        (seen(tls=trouble(Trouble.UNTRUSTED)), "TLS", "untrusted-certificate"),
        (seen(tls=trouble(Trouble.WRONG_NAME)), "TLS", "certificate-of-another-host"),
        (seen(tls=trouble(Trouble.EXPIRED)), "TLS", "expired-certificate"),
        (seen(tls=trouble(Trouble.NOT_YET_VALID)), "TLS", "certificate-not-yet-valid"),
        (seen(tls=trouble(Trouble.PLAIN_HTTP)), "TLS", "plain-http"),
        (seen(answer=trouble(Trouble.SILENT)), "answer", "no-answer-timeout"),
        (
            seen(target=PLAIN, answer=trouble(Trouble.BROKEN), speaks_tls=REACHED),
            "answer",
            "https-there",
        ),
        (
            seen(
                target=PLAIN,
                answer=trouble(Trouble.BROKEN),
                speaks_tls=trouble(Trouble.PLAIN_HTTP),
            ),
            "answer",
            "no-answer-connection-broken",
        ),
        (seen(answer=answer(200, "<html>Welcome")), "answer", "not-recombee"),
        (seen(answer=answer(200, '{"ok": true}')), "answer", "not-recombee"),
        (seen(answer=answer(302, "", location="/login")), "answer", "not-recombee"),
        (seen(answer=answer(404, "{}")), "answer", "not-recombee"),
        (seen(answer=answer(404, '{"message": "Not Found"}')), "answer", "not-recombee"),
        (seen(answer=answer(401, "Unauthorized")), "answer", "not-recombee"),
        (
            seen(
                target=attrs.evolve(PLAIN, proxy=PROXY),
                proxy=REACHED,
                answer=answer(503, "<html>squid"),
            ),
            "answer",
            "proxy-answers",
        ),
        (seen(target=BEHIND, proxy=REACHED, answer=answer(407, "")), "answer", "proxy-answers"),
        (seen(answer=answer(429, "{}", retry_after="7")), "service", "rate-limited"),
        (seen(answer=answer(503, "<html>Bad gateway")), "service", "service-fails"),
        (seen(answer=answer(422, '{"message": "erasing"}')), "service", "database-being-erased"),
        (
            seen(answer=attrs.evolve(UNSIGNED, at=NOON + 3600), corrected=OK),
            "clock",
            "wrong-clock",
        ),
        (
            seen(answer=attrs.evolve(UNSIGNED, at=NOON - 12), corrected=FORBIDDEN),
            "clock",
            "wrong-clock",
        ),
        (
            seen(answer=attrs.evolve(UNSIGNED, at=NOON - 3600), corrected=UNSIGNED),
            "clock",
            "wrong-clock",
        ),
        (
            seen(answer=attrs.evolve(UNSIGNED, at=NOON + 12), corrected=UNSIGNED, as_public=OK),
            "token",
            "public-token",
        ),
        (
            seen(answer=UNKNOWN, regions={"us-west": UNKNOWN, "ap-se": trouble(Trouble.SILENT)}),
            "database",
            "unknown-database",
        ),
        (
            seen(answer=UNKNOWN, regions={"us-west": UNKNOWN, "ap-se": OK}),
            "database",
            "wrong-region",
        ),
        (seen(answer=UNKNOWN, regions={"us-west": UNSIGNED}), "database", "wrong-region"),
        (
            seen(target=attrs.evolve(TARGET, try_regions=False), answer=UNKNOWN),
            "database",
            "unknown-database",
        ),
        (seen(answer=UNSIGNED, as_public=OK), "token", "public-token"),
        (seen(answer=UNSIGNED, as_public=UNSIGNED), "token", "wrong-token"),
        (seen(answer=FORBIDDEN, as_public=UNSIGNED), "token", "wrong-token"),
        (
            seen(
                target=attrs.evolve(TARGET, databases=("a", "b")),
                answer=UNSIGNED,
                as_public=UNSIGNED,
                databases={"a": UNSIGNED, "b": OK},
            ),
            "token",
            "token-of-another-database",
        ),
        (
            seen(
                target=attrs.evolve(TARGET, databases=("a",)),
                answer=UNSIGNED,
                as_public=UNSIGNED,
                databases={"a": UNKNOWN},
            ),
            "token",
            "wrong-token",
        ),
        (seen(answer=answer(400, '{"message": "No."}')), "token", "request-refused"),
    ],
)
def test_what_is_wrong_is_told_apart(found, check, cause):
    diagnosis = diagnose(found)

    failures = {
        name: verdict.cause
        for name, verdict in diagnosis.findings.items()
        if verdict.outcome is Outcome.FAILED
    }
    assert (diagnosis.question, failures) == (None, {check: cause})
    assert "{" not in diagnosis.failure.remedy


@pytest.mark.parametrize(
    ("found", "question"),
    [
        (Seen(TARGET), Question.NAME),
        (Seen(BEHIND), Question.PROXY),
        (Seen(BEHIND, proxy=REACHED), Question.TLS),
        (Seen(TARGET, name=REACHED), Question.CONNECTION),
        (Seen(TARGET, name=REACHED, connection=REACHED), Question.TLS),
        (seen(answer=None), Question.ANSWER),
        (seen(target=PLAIN, answer=trouble(Trouble.BROKEN)), Question.SPEAKS_TLS),
        (seen(answer=attrs.evolve(UNSIGNED, at=NOON + 6)), Question.CORRECTED),
        (seen(answer=UNKNOWN), Question.REGIONS),
        (seen(answer=UNSIGNED), Question.AS_PUBLIC),
        (
            seen(
                target=attrs.evolve(TARGET, databases=("a",)),
                answer=UNSIGNED,
                as_public=UNSIGNED,
            ),
            Question.DATABASES,
        ),
    ],
)
def test_what_is_missing_is_asked_for(found, question):
    assert diagnose(found).question is question


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOON, "it agrees with the service's"),
        (NOON + 3, "3 s ahead of the service's, which allows 30 s"),
        (NOON - 20, "20 s behind the service's, which allows 30 s; let NTP set it"),
    ],
)
def test_a_clock_that_will_do_is_told_all_the_same(at, said):
    verdict = diagnose(seen(answer=answer(200, at=at))).findings["clock"]

    assert (verdict.outcome, verdict.said[: len(said)]) == (Outcome.OK, said)


@pytest.mark.parametrize("headers", [{"date": "yesterday"}, {"date": ""}])
def test_a_service_that_tells_no_time_is_not_blamed(headers):
    assert diagnose(seen(answer=answer(200, **headers))).findings["clock"].outcome == "skipped"


# --- Whatever is seen -----------------------------------------------------------------------------

PROBES = st.builds(
    Probe,
    st.text(max_size=20),
    st.floats(0, 10),
    st.none() | st.sampled_from(Trouble),
)
ANSWERS = st.builds(
    Answer,
    st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 407, 422, 429, 500, 503]),
    st.fixed_dictionaries(
        {},
        optional={
            "date": st.sampled_from([DATE, "x"]),
            "retry-after": st.sampled_from(["7", "soon"]),
            "server": st.text(max_size=9),
            "location": st.just("/x?hmac_sign=0123456789abcdef"),
        },
    ),
    st.sampled_from(
        ["", "[]", "[1]", "{}", "<html>", OK.body, UNSIGNED.body, UNKNOWN.body, "[" * 9999]
    )
    | st.text(max_size=20),
    st.sampled_from([NOON, NOON + 10, NOON - 4000]),
    st.floats(0, 10),
)
REPLIES = ANSWERS | PROBES
SHARED = {
    "proxy": PROBES,
    "name": PROBES,
    "connection": PROBES,
    "tls": PROBES,
    "answer": REPLIES,
    "speaks_tls": PROBES,
    "corrected": REPLIES,
    "as_public": REPLIES,
    "regions": st.dictionaries(st.sampled_from(["us-west", "ap-se"]), REPLIES),
    "databases": st.dictionaries(st.sampled_from(["a", "b"]), REPLIES),
}
TARGETS = st.builds(
    attrs.evolve,
    st.sampled_from([TARGET, BEHIND, PLAIN, attrs.evolve(PLAIN, proxy=PROXY)]),
    try_regions=st.booleans(),
    databases=st.sampled_from([(), ("a", "b")]),
)


@given(TARGETS, st.fixed_dictionaries(SHARED))
def test_whatever_is_seen_each_check_is_told_once_and_at_most_one_fails(target, world):
    asked, told = [], []

    async def look(question, _):
        asked.append(question)
        return world[str(question)]

    diagnosis = asyncio.run(examine(Seen(target), look, lambda new: told.extend(new.items())))

    assert told == list(diagnosis.findings.items())
    assert tuple(diagnosis.findings) == CHECKS
    assert len(set(asked)) == len(asked)
    outcomes = [str(verdict.outcome) for verdict in diagnosis.findings.values()]
    failed = outcomes.index("failed") if "failed" in outcomes else len(outcomes)
    assert outcomes[failed + 1 :] == ["skipped"] * len(outcomes[failed + 1 :])
    assert [bool(v.remedy and v.cause) for v in diagnosis.findings.values()] == [
        outcome == "failed" for outcome in outcomes
    ]
    text = "\n".join(line_of(*finding) for finding in told) + advice(diagnosis, 80)
    assert "0123456789abcdef" not in text + str(as_json(diagnosis))
    assert all(line.isprintable() for line in text.split("\n"))


# --- Sorting troubles -----------------------------------------------------------------------------


def certificate_error(code):
    error = ssl.SSLCertVerificationError("no")
    error.verify_code, error.verify_message = code, "no good"
    return error


def tls_error(reason):
    error = ssl.SSLError(1, f"[SSL: {reason}] text")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), Trouble.SILENT),
        (ConnectionAbortedError("slow handshake"), Trouble.SILENT),
        (OSError(errno.ETIMEDOUT, "x"), Trouble.SILENT),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), Trouble.REFUSED),
        (OSError(errno.EHOSTUNREACH, "x"), Trouble.NO_ROUTE),
        (PermissionError(errno.EPERM, "x"), Trouble.NO_ROUTE),
        (ConnectionResetError(), Trouble.BROKEN),
        (EOFError(), Trouble.BROKEN),
        (ssl.SSLEOFError(8, "EOF"), Trouble.BROKEN),
        (socket.gaierror(socket.EAI_NONAME, "x"), Trouble.UNKNOWN_NAME),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Trouble.NO_RESOLVER),
        (certificate_error(9), Trouble.NOT_YET_VALID),
        (certificate_error(10), Trouble.EXPIRED),
        (certificate_error(20), Trouble.UNTRUSTED),
        (certificate_error(62), Trouble.WRONG_NAME),
        (certificate_error(64), Trouble.WRONG_NAME),
        (tls_error("WRONG_VERSION_NUMBER"), Trouble.PLAIN_HTTP),
        (tls_error("RECORD_LAYER_FAILURE"), Trouble.PLAIN_HTTP),
        (tls_error("SSLV3_ALERT_HANDSHAKE_FAILURE"), Trouble.NO_TLS),
        (ssl.SSLError("no reason"), Trouble.NO_TLS),
        (OSError(), Trouble.OTHER),
        (ValueError("x"), Trouble.OTHER),
    ],
)
def test_errors_of_the_machine_are_sorted(error, expected):
    assert trouble_of(error) is expected
    assert text_of(error, 3.0) != ""


# --- Hosts and proxies ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("rapi.recombee.com", "client-rapi.recombee.com"),
        ("rapi-eu-west.recombee.com:443", "client-rapi-eu-west.recombee.com:443"),
        ("rapi.example.com", "rapi.example.com"),
        ("localhost:8484", "localhost:8484"),
        ("client-rapi.recombee.com", "client-rapi.recombee.com"),
    ],
)
def test_public_tokens_have_hosts_of_their_own(authority, expected):
    assert client_side(Origin("https", authority)).authority == expected


@pytest.mark.parametrize(
    ("authority", "regions"),
    [
        ("rapi.recombee.com", ["us-west", "ca-east", "ap-se"]),
        ("rapi-us-west.recombee.com", ["ca-east", "eu-west", "ap-se"]),
        ("localhost", ["us-west", "ca-east", "eu-west", "ap-se"]),
    ],
)
def test_a_region_that_was_asked_is_not_asked_again(authority, regions):
    assert list(region_origins(Origin("https", authority))) == regions


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://p:1"}, Proxy("HTTPS_PROXY", "http://p:1", "p", 1)),
        ({"https_proxy": "http://p"}, Proxy("https_proxy", "http://p", "p", 80)),
        ({"HTTPS_PROXY": "https://p"}, Proxy("HTTPS_PROXY", "https://p", "p", 443, secure=True)),
        (
            {"HTTPS_PROXY": "http://u:p%40ss@p:1"},
            Proxy("HTTPS_PROXY", "http://…@p:1", "p", 1, authorization="Basic dTpwQHNz"),
        ),
    ],
)
def test_the_proxy_is_the_one_that_the_environment_sets(environ, expected):
    assert find_proxy(ORIGIN, environ, lambda _: False) == expected
    assert find_proxy(ORIGIN, environ, lambda _: True) is None


@pytest.mark.parametrize(
    "url",
    [
        "p:1",
        "socks5://u:s3cret@p:1",
        "u:s3cret@p:1",
        "http://p:99999",
        "http://p:0",
        "http://",
        "[",
    ],
)
def test_a_malformed_proxy_is_said_without_its_password(url):
    with pytest.raises(UsageError, match=r"^HTTPS_PROXY should be http://HOST:PORT") as raised:
        find_proxy(ORIGIN, {"HTTPS_PROXY": url}, lambda _: False)
    assert "s3cret" not in str(raised.value)


def test_the_password_of_a_proxy_is_in_no_repr():
    proxy = find_proxy(ORIGIN, {"HTTPS_PROXY": "http://u:s3cret@p:1"}, lambda _: False)
    target = attrs.evolve(TARGET, proxy=proxy)

    assert "s3cret" not in repr(target)
    assert "Basic" not in repr(target)
    assert repr(Told("a", "b")) == "Told(value='a', source='b')"
