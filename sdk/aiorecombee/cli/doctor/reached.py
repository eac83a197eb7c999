"""Is there a way to the service? Configuration, proxy, name, connection, TLS."""

from ipaddress import ip_address

from aiorecombee.cli.doctor.finding import Judgement, Verdict, failed, ok, skipped
from aiorecombee.cli.doctor.remedies import proxy_remedy, way_remedy
from aiorecombee.cli.doctor.seen import Probe, Question, Seen, Target

_MALFORMED = (
    "Correct what is named above, then run this again. Options go before --settings, --settings"
    " before the environment (RECOMBEE_DATABASE, RECOMBEE_TOKEN, RECOMBEE_REGION, RAPI_URI)."
)


def judge_configuration(seen: Seen) -> Verdict:
    """Is it told which database, with which token, and where?"""
    if isinstance(seen.target, str):
        return failed("malformed-configuration", seen.target, _MALFORMED)
    told = seen.target.told
    place = f" ({told['place']})" if told.get("place") else ", as nothing names another"
    return ok(
        f'database "{seen.target.database_id}" ({told["database"]}), token ({told["token"]}),'
        f" {seen.target.origin}{place}"
    )


def judge_proxy(seen: Seen, target: Target) -> Judgement:
    """Does a proxy stand in between, and let us through?"""
    if target.proxy is None:
        return skipped("the environment sets none for this host")
    if seen.proxy is None:
        return Question.PROXY
    if seen.proxy.trouble is None:
        return ok(
            f"{target.proxy.shown} ({target.proxy.variable}): {seen.proxy.said}", seen.proxy.seconds
        )
    said = f"{target.proxy.shown} ({target.proxy.variable}): {seen.proxy.said}"
    remedy = proxy_remedy(seen.proxy.trouble, target, target.proxy)
    return failed(_proxy_cause(seen.proxy), said, remedy, seen.proxy.seconds)


def judge_name(seen: Seen, target: Target) -> Judgement:
    """Has the host an address?"""
    if target.proxy is not None:
        return skipped("the proxy looks it up")
    if _is_address(target.host):
        return skipped("it is an address already")
    return Question.NAME if seen.name is None else _of_way(seen.name, target)


def judge_connection(seen: Seen, target: Target) -> Judgement:
    """Does anybody take connections there?"""
    if target.proxy is not None:
        return skipped("the proxy makes it")
    return Question.CONNECTION if seen.connection is None else _of_way(seen.connection, target)


def judge_tls(seen: Seen, target: Target) -> Judgement:
    """Does it prove that it is that host?"""
    if not target.secure:
        return skipped("the protocol is http: what is sent can be read on the way")
    return Question.TLS if seen.tls is None else _of_way(seen.tls, target)


def _of_way(probe: Probe, target: Target) -> Verdict:
    if probe.trouble is None:
        return ok(probe.said, probe.seconds)
    remedy = way_remedy(probe.trouble, target)
    return failed(probe.trouble, probe.said, remedy, probe.seconds)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _proxy_cause(probe: Probe) -> str:
    cause = str(probe.trouble)
    return cause if "proxy" in cause else f"proxy-{cause}"
