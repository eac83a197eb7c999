"""Is it Recombee that answers, and does it serve?"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from aiorecombee.cli.doctor.finding import Judgement, Verdict, failed, ok
from aiorecombee.cli.doctor.remedies import way_remedy
from aiorecombee.cli.doctor.seen import Answer, Probe, Question, Reply, Seen, Target, Trouble
from aiorecombee.core.wire import redact

_OK: Final = range(200, 300)
_REDIRECTS: Final = range(300, 400)
_SERVER: Final = range(500, 600)
_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_PROXY_PASSWORD: Final = 407
_ERASING: Final = 422
_LIMITED: Final = 429
_SHOWN: Final = 120
_NO_DATABASE: Final = re.compile(r'Database ".*" does not exist!?', re.DOTALL)


def accepted(reply: Reply | None) -> bool:
    """Whether it is what Recombee answers to an empty batch."""
    return isinstance(reply, Answer) and reply.status in _OK and _json(reply) == []


def lacks_database(reply: Reply | None) -> bool:
    """Whether it says that there is no such database on that host."""
    return isinstance(reply, Answer) and bool(_NO_DATABASE.fullmatch(message_of(reply)))


def unsigned(reply: Reply | None) -> bool:
    """Whether the signature was refused."""
    return isinstance(reply, Answer) and reply.status == _UNAUTHORIZED


def message_of(answer: Answer) -> str:
    """What an error of Recombee's says; empty if it is none."""
    said = _json(answer)
    if not isinstance(said, Mapping):
        return ""
    found = said.get("message") or said.get("error") or ""
    return redact(found) if isinstance(found, str) else ""


def judge_answer(seen: Seen, target: Target) -> Judgement:
    """Does Recombee answer, or somebody else?"""
    answer = seen.answer
    if answer is None:
        return Question.ANSWER
    if isinstance(answer, Probe):
        return _unanswered(answer, seen, target)
    if answer.status == _PROXY_PASSWORD or (_is_by_proxy(answer, target)):
        return _by_proxy(answer, target)
    if _is_strange(answer):
        return _strange(answer, target)
    return ok(f"{answer.status}, as Recombee answers", answer.seconds)


def judge_service(seen: Seen, _: Target) -> Judgement:
    """Is it willing and able?"""
    answer = seen.answer
    if not isinstance(answer, Answer):  # without one the check before this one failed
        return Question.ANSWER
    said = f"{answer.status}: {message_of(answer) or _start(answer) or 'without a word'}"
    if answer.status == _LIMITED:
        wait = answer.headers.get("retry-after", "")
        pause = f"wait {wait} s, as it asks," if wait.isdecimal() else "wait a while"
        return failed("rate-limited", said, _LIMITED_REMEDY.format(pause=pause))
    if answer.status == _ERASING:
        return failed("database-being-erased", said, _ERASING_REMEDY)
    if answer.status in _SERVER:
        return failed("service-fails", said, _FAILS_REMEDY)
    return ok("it is up and does not limit us")


def _unanswered(probe: Probe, seen: Seen, target: Target) -> Judgement:
    trouble = probe.trouble or Trouble.OTHER
    if not target.secure and target.proxy is None:
        if seen.speaks_tls is None:
            return Question.SPEAKS_TLS
        if seen.speaks_tls.trouble is None:
            return failed(
                "https-there", f"{probe.said}; but it speaks TLS", _HTTPS_REMEDY, probe.seconds
            )
    return failed(f"no-answer-{trouble}", probe.said, way_remedy(trouble, target), probe.seconds)


def _is_by_proxy(answer: Answer, target: Target) -> bool:
    """Plain HTTP is the proxy's to answer; within TLS it cannot speak."""
    return target.proxy is not None and not target.secure and not _is_recombees(answer)


def _is_recombees(answer: Answer) -> bool:
    if answer.status in _OK:
        return accepted(answer)
    return lacks_database(answer) if answer.status == _NOT_FOUND else bool(message_of(answer))


def _is_strange(answer: Answer) -> bool:
    # A gateway before the service answers for it in a form of its own when it cannot serve.
    excused = answer.status == _LIMITED or answer.status in _SERVER
    return not excused and not _is_recombees(answer)


def _by_proxy(answer: Answer, target: Target) -> Verdict:
    variable = target.proxy.variable if target.proxy else "HTTP_PROXY"
    remedy = _PROXY_REMEDY.format(variable=variable, host=target.host)
    return failed("proxy-answers", _described(answer), remedy, answer.seconds)


def _strange(answer: Answer, target: Target) -> Verdict:
    remedy = _PORTAL_REMEDY if answer.status in _REDIRECTS else _STRANGER_REMEDY
    place = target.told.get("place") or "the default"
    return failed(
        "not-recombee",
        _described(answer),
        remedy.format(host=target.host, place=place),
        answer.seconds,
    )


def _described(answer: Answer) -> str:
    """Status, and what else betrays who answered."""
    names = ("server", "via", "location", "content-type")
    headers = (
        f"{name.title()}: {redact(answer.headers[name])[:_SHOWN]}"
        for name in names
        if answer.headers.get(name)
    )
    start = _start(answer)
    return "; ".join([f"{answer.status}", *headers, *([f"it begins {start!r}"] if start else [])])


def _start(answer: Answer) -> str:
    return " ".join(redact(answer.body).split())[:_SHOWN]


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


_LIMITED_REMEDY: Final = (
    "The service is reached and takes no more requests for now: {pause} and send more slowly."
    " Batches count as one request; the library waits and retries by itself within limits. If it"
    " lasts, ask Recombee's support for a higher limit."
)
_ERASING_REMEDY: Final = (
    "Somebody reset the database, and the service is still erasing it; until then it refuses all"
    " requests. Wait, and run this again."
)
_FAILS_REMEDY: Final = (
    "The service is reached and fails by itself; nothing here is wrong as far as this can be seen."
    " Run this again in a minute. If it lasts, see Recombee's status page or write to its support"
    " with time and message."
)
_HTTPS_REMEDY: Final = (
    'Leave out --protocol http (in the library protocol="http"): that port speaks HTTPS.'
)
_PROXY_REMEDY: Final = (
    "The proxy answered in place of the service. Ask those who run it to allow {host}, or if that"
    " host is reached without a proxy add it to NO_PROXY, or unset {variable}. A 407 asks for user"
    " and password in {variable}; 502, 503 and 504 say that the proxy could not reach the host."
)
_PORTAL_REMEDY: Final = (
    "Recombee never redirects. Either {host} (told by {place}) is another server, or something in"
    " between wants a login first, like the portal of a hotel or an office network: open any page"
    " in a browser here."
)
_STRANGER_REMEDY: Final = (
    "Something answers at {host} (told by {place}) that does not know Recombee's API. Correct host"
    " and port: a host alone, without a path, like rapi-eu-west.recombee.com. If they are right, a"
    " proxy or firewall answers in its place; what it sent above tells which."
)
