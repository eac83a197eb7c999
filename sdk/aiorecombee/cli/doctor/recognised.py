"""Are we recognised? Clock, database, token: what a signature rests on."""

from typing import Final

from aiorecombee.cli.doctor.answered import accepted, lacks_database, message_of, unsigned
from aiorecombee.cli.doctor.finding import Judgement, Verdict, failed, ok, skipped
from aiorecombee.cli.doctor.seen import Answer, Question, Reply, Seen, Target
from aiorecombee.core.clock import parse_http_date

LIFETIME: Final = 30.0
"""Seconds that the service takes a signature. Source: API reference, Authentication."""
_SUSPICIOUS: Final = 5.0  # seconds; what the Date header tells is exact to about one
_RESOLUTION: Final = 1.0
_FORBIDDEN: Final = 403


def skew_of(answer: Answer) -> float | None:
    """Seconds that our clock is ahead of the service's, `None` if it does not tell the time."""
    try:
        theirs = parse_http_date(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    return answer.at - (theirs + _RESOLUTION / 2)


def judge_clock(seen: Seen, _: Target) -> Judgement:
    """Is our clock right enough for signatures?"""
    answer = seen.answer
    if not isinstance(answer, Answer):
        return Question.ANSWER
    skew = skew_of(answer)
    if skew is None:
        return skipped("the answer tells no time")
    if unsigned(answer) and abs(skew) >= _SUSPICIOUS:
        if seen.corrected is None:
            return Question.CORRECTED
        blamed = isinstance(seen.corrected, Answer) and not unsigned(seen.corrected)
        if blamed or abs(skew) > LIFETIME:
            return _wrong_clock(skew, blamed=blamed)
    return ok(_clock_said(skew))


def judge_database(seen: Seen, target: Target) -> Judgement:
    """Does it live on this host?"""
    if not lacks_database(seen.answer):
        return ok(f'"{target.database_id}" is known on {target.host}')
    if not target.try_regions:
        return _unknown_database(target)
    if seen.regions is None:
        return Question.REGIONS
    found = [name for name, reply in seen.regions.items() if _is_known(reply)]
    if not found:
        return _unknown_database(target, tuple(seen.regions))
    signed = [name for name in found if accepted(seen.regions[name])]
    return _wrong_region(target, signed or found, opened=bool(signed))


def judge_token(seen: Seen, target: Target) -> Judgement:
    """Does the token open it?"""
    answer = seen.answer
    if not isinstance(answer, Answer):
        return Question.ANSWER
    if accepted(answer):
        return ok("it opens the database")
    said = f"{answer.status}: {message_of(answer)}"
    if not unsigned(answer) and answer.status != _FORBIDDEN:
        return failed("request-refused", said, _REFUSED_REMEDY)
    if seen.as_public is None:
        return Question.AS_PUBLIC
    if accepted(seen.as_public):
        return failed("public-token", said, _PUBLIC_REMEDY.format(token=target.told["token"]))
    return _wrong_token(said, seen, target)


def _wrong_token(said: str, seen: Seen, target: Target) -> Judgement:
    if target.databases and seen.databases is None:
        return Question.DATABASES
    tried = seen.databases or {}
    opened = [name for name, reply in tried.items() if accepted(reply)]
    names = {"database": target.database_id, "told": target.told["database"]}
    if opened:
        remedy = _OTHER_DATABASE_REMEDY.format(other=opened[0], **names)
        return failed("token-of-another-database", said, remedy)
    also = f" Nor is it the token of {', '.join(tried)}." if tried else _TRY_DATABASES
    remedy = _UNSIGNED_REMEDY.format(token=target.told["token"], **names) + also
    return failed("wrong-token", said, remedy)


def _is_known(reply: Reply) -> bool:
    return accepted(reply) or unsigned(reply)


def _clock_said(skew: float) -> str:
    if abs(skew) < _RESOLUTION:
        return "it agrees with the service's"
    advice = "" if abs(skew) < _SUSPICIOUS else "; let NTP set it before it is too far off"
    return f"{_amount(skew)} the service's, which allows {LIFETIME:g} s{advice}"


def _amount(skew: float) -> str:
    return f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'}"


def _wrong_clock(skew: float, *, blamed: bool) -> Verdict:
    proof = (
        "signed by the service's time the same request is taken"
        if blamed
        else "a signature is taken for 30 s"
    )
    also = "" if blamed else _NOT_ONLY_CLOCK
    return failed("wrong-clock", f"{_amount(skew)} the service's: {proof}", _CLOCK_REMEDY + also)


def _unknown_database(target: Target, tried: tuple[str, ...] = ()) -> Verdict:
    everywhere = f", nor in {', '.join(tried)}" if tried else ""
    remedy = _DATABASE_REMEDY.format(told=target.told["database"])
    return failed(
        "unknown-database",
        f'"{target.database_id}" does not exist on {target.host}{everywhere}',
        remedy if tried else remedy + _TRY_REGIONS,
    )


def _wrong_region(target: Target, found: list[str], *, opened: bool) -> Verdict:
    told = target.told.get("place")
    place = f" in place of {told}" if told and told != "--region" else ""
    doubt = "" if opened else _UNOPENED
    return failed(
        "wrong-region",
        f'"{target.database_id}" does not exist on {target.host}, but in {", ".join(found)}',
        f"Give --region {found[0]}{place} (in the library region={found[0]!r}, in the environment"
        f" RECOMBEE_REGION={found[0]}).{doubt}",
    )


_CLOCK_REMEDY: Final = (
    "Set the clock of this machine and keep it right with NTP (timedatectl set-ntp true; in a"
    " container or virtual machine: that of its host). The library corrects a wrong clock by"
    " itself after one refusal, but the times of interactions that others stamp stay wrong."
)
_NOT_ONLY_CLOCK: Final = (
    " Signed by the service's time the request was refused as well, so that the token seems to be"
    " wrong too: run this again once the clock is right."
)
_DATABASE_REMEDY: Final = (
    "Compare the database ID ({told}) with the API Identifier in the Admin UI under Settings, API"
    " ID & Tokens; letter case counts. The region is shown there too: a database is known only in"
    " its own."
)
_TRY_REGIONS: Final = " Run this with --try-regions to look for it on all of Recombee's hosts."
_UNOPENED: Final = (
    " The token does not open it there, so that it may be a database of somebody else with the"
    " same name."
)
_PUBLIC_REMEDY: Final = (
    "This is the public token of the database, for browsers and apps: signed as such it is taken."
    " A server needs the private one: set {token} to the private token of the Admin UI, Settings,"
    " API ID & Tokens. For what the public token may do, give the library PublicToken(...)."
)
_UNSIGNED_REMEDY: Final = (
    'The service knows the database "{database}" ({told}) and does not take the signature, so the'
    " token ({token}) is not its private token: cut off, of another database, or replaced since."
    " Copy it anew from the Admin UI, Settings, API ID & Tokens."
)
_TRY_DATABASES: Final = (
    " The service does not tell whose token it is; if you have other databases, run this with"
    " --try-database ID for each."
)
_OTHER_DATABASE_REMEDY: Final = (
    'The token is the private token of "{other}", not of "{database}" ({told}). Give either that'
    " database, or this one's own token."
)
_REFUSED_REMEDY: Final = (
    "The service refuses a request that it documents as harmless. Read its words above; if they do"
    " not help, write them to Recombee's support."
)
