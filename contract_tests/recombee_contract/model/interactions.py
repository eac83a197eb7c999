"""Interactions of six kinds, and what becomes of them when users are merged."""

from collections.abc import Mapping
from typing import Final

from recombee_contract.model.state import (
    Event,
    Expected,
    Params,
    Refused,
    State,
    Values,
    well_formed,
)

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "DetailView": ("duration", "autoPresented"),
    "Purchase": ("amount", "price", "profit"),
    "Rating": ("rating",),
    "CartAddition": ("amount", "price"),
    "Bookmark": (),
    "ViewPortion": ("portion", "timeSpent"),
}
"""Kinds of interactions, and the parameters that only some of them have."""

_ALWAYS: Final[Mapping[str, Values]] = {
    "DetailView": {"duration": None, "autoPresented": False},
    "ViewPortion": {"sessionId": None, "autoPresented": False, "timeSpent": 0},
}
_COMMON: Final = ("recommId", "additionalData")


def _pair(state: State, params: Params, *, create: bool) -> tuple[str, str]:
    user, item = params["userId"], params["itemId"]
    if create:
        state.users.add(user)
        state.items.add(item)
    state.users.require(user)
    state.items.require(item)
    return user, item


def _check_pair(params: Params) -> None:
    well_formed(params["userId"])
    well_formed(params["itemId"])
    at = params.get("timestamp")
    if at is not None and at < 0:
        raise Refused(400)


def add(state: State, kind: str, params: Params) -> Expected:
    _check_pair(params)
    if kind == "Rating" and not -1 <= params["rating"] <= 1:
        raise Refused(400)
    user, item = _pair(state, params, create=params.get("cascadeCreate", False))
    at = params.get("timestamp")
    key = (kind, user, item, at)
    if at is not None and any((e.kind, e.user, e.item, e.at) == key for e in state.events):
        raise Refused(409)
    names = (*KINDS[kind], *_COMMON)
    more = {**_ALWAYS.get(kind, {}), **{name: params[name] for name in names if name in params}}
    at = state.tick() if at is None else at
    state.events.append(Event(kind=kind, user=user, item=item, at=at, more=more))
    return Expected(200, "ok")


def delete(state: State, kind: str, params: Params) -> Expected:
    _check_pair(params)
    user, item = _pair(state, params, create=False)
    at, session = params.get("timestamp"), params.get("sessionId")

    def meant(event: Event) -> bool:
        same = (event.kind, event.user, event.item) == (kind, user, item)
        if kind == "ViewPortion":
            return same and event.session == session
        return same and at in (None, event.at)

    left = [event for event in state.events if not meant(event)]
    if len(left) == len(state.events):
        raise Refused(404)
    state.events = left
    return Expected(200, "ok")


def listed(state: State, kind: str, of: str, params: Params) -> Expected:
    table = state.items if of == "item" else state.users
    entity = well_formed(params[table.id_name])
    table.require(entity)
    found = [event for event in state.events if event.kind == kind and getattr(event, of) == entity]
    shown = [event.shown() for event in found]
    shown.sort(key=lambda e: (e["timestamp"], e["userId"], e["itemId"], e.get("sessionId") or ""))
    return Expected(200, shown)


def set_view_portion(state: State, params: Params) -> Expected:
    _check_pair(params)
    if not 0 <= params["portion"] <= 1:
        raise Refused(400)
    session = params.get("sessionId")
    if session is not None:
        well_formed(session)
    user, item = _pair(state, params, create=params.get("cascadeCreate", False))
    at = params["timestamp"] if "timestamp" in params else state.tick()
    key = ("ViewPortion", user, item, session)
    old = [e for e in state.events if (e.kind, e.user, e.item, e.session) == key]
    more = {**_ALWAYS["ViewPortion"], "sessionId": session}
    for event in old:
        more = event.more
        if at <= event.at or params["portion"] < more["portion"]:
            raise Refused(409)
        if params.get("timeSpent", more["timeSpent"]) < more["timeSpent"]:
            raise Refused(409)
        state.events.remove(event)
    given = {name: params[name] for name in KINDS["ViewPortion"] if name in params}
    new = Event(kind=key[0], user=user, item=item, at=at, session=session, more={**more, **given})
    state.events.append(new)
    return Expected(200, "ok")


def merge(state: State, params: Params) -> Expected:
    target, source = well_formed(params["targetUserId"]), well_formed(params["sourceUserId"])
    if target == source:
        raise Refused(400)
    state.users.require(source)
    if not params.get("cascadeCreate"):
        state.users.require(target)
    state.users.add(target)
    moved = [event for event in state.events if event.user == source]
    state.delete_user(source)
    for event in moved:
        _move(state, event, target)
    return Expected(200, "ok")


def _move(state: State, event: Event, target: str) -> None:
    """The target's own stays; of view portions the greater one."""
    event.user = target
    for own in state.events:
        same = (own.kind, own.user, own.item, own.session) == (
            *(event.kind, event.user, event.item, event.session),
        )
        if same and event.kind == "ViewPortion":
            if own.more["portion"] < event.more["portion"]:
                state.events.remove(own)
                break
            return
        if same and own.at == event.at:
            return
    state.events.append(event)
