"""The story: what came in, what it became, what the server said, and what it knows now."""

from collections.abc import Sequence
from typing import Final

from aiorecombee.client import RecombeeClient
from aiorecombee.demo import bundled
from aiorecombee.demo.audit import booked, ledger_deviations, read_back, verdict_deviations
from aiorecombee.demo.ledger import LISTINGS, Entry, Ledger
from aiorecombee.demo.outcome import Outcome, Verdict
from aiorecombee.demo.replay import prepare, send_batch, send_each
from aiorecombee.demo.screen import Advance, Screen
from aiorecombee.demo.telling import COLOURS, counts, explanation, headline, requests_made
from aiorecombee.requests.recommendations import RecommendItemsToUser
from aiorecombee.segment.destination import Destination

_HERO: Final = "ada"
_APP_BATCH: Final = 11
_NOT_BOUGHT: Final = """\
'itemId' not in map(lambda 'bought': 'bought'["itemId"],
                    user_interactions(context_user["userId"], {"purchases"}))"""
_WHAT_NEXT: Final = """\
What to try next
  make serve                       the mock server, to look inside
  aiorecombee segment map FILE     what your own Segment events would become
  aiorecombee segment explain FILE why, event by event
  make test                        see that all of this holds
  README.md                        the client in ten lines"""


async def tell(screen: Screen, client: RecombeeClient) -> bool:
    """Replay the bundled events and tell the story; whether it went as it should."""
    destination = Destination()
    outcomes = prepare(bundled.events(), destination)
    from_shop = [one for one in outcomes if not bundled.is_from_app(one.event)]
    from_app = [one for one in outcomes if bundled.is_from_app(one.event)]
    screen.line(f"{len(outcomes)} Segment events of one day come in: a tea shop, then films.")
    with screen.progress(len(outcomes), "replaying") as advance:
        done = await _shop(screen, client, from_shop, advance)
        done += await _app(screen, client, from_app, advance)
    _summary(screen, done)
    stored = await read_back(client)
    _portrait(screen, stored)
    recommended = await recommend(client)
    _advice(screen, recommended)
    deviations = [
        *recommendation_deviations(stored, recommended),
        *verdict_deviations(done, bundled.expected()),
        *ledger_deviations(stored, booked(done)),
    ]
    _conclusion(screen, stored, deviations)
    return not deviations


async def _shop(
    screen: Screen, client: RecombeeClient, outcomes: Sequence[Outcome], advance: Advance
) -> list[Outcome]:
    _title(screen, "Morning: the shop's browser events, one call for each request")
    done = []
    for outcome in outcomes:
        done.append(await send_each(client, outcome))
        _show(screen, done[-1])
        advance()
    return done


async def _app(
    screen: Screen, client: RecombeeClient, outcomes: Sequence[Outcome], advance: Advance
) -> list[Outcome]:
    _title(screen, "Evening: the film app sends what it has collected, in batches")
    done: list[Outcome] = []
    for start in range(0, len(outcomes), _APP_BATCH):
        answered = await send_batch(client, outcomes[start : start + _APP_BATCH])
        size = sum(len(one.sent) for one in answered)
        screen.line(f"  one call, {size} requests, {size} answers:", "bold")
        for outcome in answered:
            _show(screen, outcome)
            advance()
        done += answered
    return done


async def recommend(client: RecombeeClient) -> Sequence[str]:
    """What the server recommends to our user, but for what she bought."""
    response = await client.send(RecommendItemsToUser(_HERO, 3, filter=_NOT_BOUGHT))
    return [one.id for one in response.recomms]


def recommendation_deviations(stored: Ledger, recommended: Sequence[str]) -> list[str]:
    """Where the recommendation is not what was asked for."""
    if not recommended:
        return ["nothing was recommended"]
    bought = {item for kind, user, item, _ in stored.entries if (kind, user) == ("purchase", _HERO)}
    return [f"{item} was recommended, though bought" for item in recommended if item in bought]


def _title(screen: Screen, text: str) -> None:
    screen.line()
    screen.line(text, "bold underline")


def _show(screen: Screen, outcome: Outcome) -> None:
    colour = COLOURS[outcome.verdict]
    screen.line(headline(outcome), "", f" {outcome.verdict}", colour)
    for line in explanation(outcome):
        screen.line(line, "dim")


def _summary(screen: Screen, outcomes: Sequence[Outcome]) -> None:
    _title(screen, "What became of the events")
    for verdict, count, meaning in counts(outcomes):
        screen.line(f"  {verdict:<12}", COLOURS[verdict], f"{count:>4}   {meaning}")
    screen.line(f"  {'together':<12}{len(outcomes):>4}")
    _title(screen, "What was asked of the server")
    sent = [one for outcome in outcomes for one in outcome.sent]
    for name, made, taken in requests_made(sent):
        screen.line(f"  {name:<20}{made:>4}   {taken} taken")
    taken = sum(one.error is None for one in sent)
    screen.line(f"  {'together':<20}{len(sent):>4}   {taken} taken")


def _portrait(screen: Screen, stored: Ledger) -> None:
    """What the server lists of one user."""
    _title(screen, f"What the server now knows about {_HERO}")
    for kind in LISTINGS:
        for entry in sorted(one for one in stored.entries if one[:2] == (kind, _HERO)):
            screen.line(f"  {kind:<15}{_remark(entry)}")


def _advice(screen: Screen, recommended: Sequence[str]) -> None:
    """What it recommends, and how it was asked."""
    _title(screen, f"What it recommends to {_HERO}, but for what she bought")
    for line in _NOT_BOUGHT.splitlines():
        screen.line(f"  {line}", "dim")
    for place, item in enumerate(recommended, 1):
        screen.line(f"  {place}. {item}")


def _remark(entry: Entry) -> str:
    kind, _, item, mark = entry
    return f"{item}, {mark[1]:.0%} seen" if kind == "view portion" else item


def _conclusion(screen: Screen, stored: Ledger, deviations: Sequence[str]) -> None:
    screen.line()
    listed = f"In all it lists {len(stored.entries)} interactions of {len(stored.users)} users: "
    if deviations:
        wrong = COLOURS[Verdict.FAILED]
        screen.line(listed, "", "not all went as it should.", wrong)
        for deviation in deviations:
            screen.line(f"  {deviation}", wrong)
    else:
        screen.line(listed, "", "exactly what it took.", COLOURS[Verdict.OK])
        screen.line()
        screen.line(_WHAT_NEXT)
