"""View portions: reported again and again while a user watches, so each may only grow."""

from collections.abc import Iterable
from typing import Any

from recombee_mock.answers import OK, Answer, answer, conflict, not_found
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import ITEM, USER
from recombee_mock.handlers.interactions import the_pair
from recombee_mock.params import (
    Params,
    entity_id,
    flag,
    identifier,
    json_object,
    number_between,
    optional,
    required,
    text,
    timestamp,
)
from recombee_mock.store.contents import Contents
from recombee_mock.store.view_portions import Portion, View

_share = number_between(0.0, 1.0)
_seconds = number_between(0)


def set_view_portion(contents: Contents, params: Params, now: float) -> Answer:
    """Create or update. What an update leaves out stays (unpublished but for `timeSpent`)."""
    user_id = required(params, "userId", entity_id)
    item_id = required(params, "itemId", entity_id)
    portion = required(params, "portion", _share)
    session = optional(params, "sessionId", identifier)
    moment = optional(params, "timestamp", timestamp)
    create = optional(params, "cascadeCreate", flag)
    presented = optional(params, "autoPresented", flag)
    spent = optional(params, "timeSpent", _seconds)
    recomm_id = optional(params, "recommId", text)
    data = optional(params, "additionalData", json_object)
    user, item = the_pair(contents, user_id, item_id, create=create)
    if moment is None:
        moment = contents.stamp(now)
    stored = contents.view_portions.get(user, item, session)
    if stored is not None:
        _check_growth(_said(user, item, session), stored, moment, portion, spent)
        presented = stored.auto_presented if presented is None else presented
        spent = stored.time_spent if spent is None else spent
        recomm_id = stored.recomm_id if recomm_id is None else recomm_id
        data = stored.additional_data if data is None else data
    new = Portion(moment, portion, presented or False, spent or 0, recomm_id, data)
    contents.view_portions.set(user, item, session, new)
    return OK


def _check_growth(
    said: str, stored: Portion, moment: float, portion: float, spent: float | None
) -> None:
    """Source: API reference, Set view portion (that `timeSpent` gives 409 too is our choice)."""
    if moment <= stored.timestamp:
        raise conflict(f"{said} has a timestamp not older than this one: {stored.timestamp!r}!")
    if portion < stored.portion:
        raise conflict(f"{said} has a greater portion: {stored.portion!r}!")
    if spent is not None and spent < stored.time_spent:
        raise conflict(f"{said} has a greater timeSpent: {stored.time_spent!r}!")


def delete_view_portion(contents: Contents, params: Params, _now: float) -> Answer:
    """Without a session the one of session null is meant (unpublished: we choose so)."""
    user_id = required(params, "userId", entity_id)
    item_id = required(params, "itemId", entity_id)
    session = optional(params, "sessionId", identifier)
    user, item = the_pair(contents, user_id, item_id, create=False)
    if not contents.view_portions.delete(user, item, session):
        raise not_found(f"{_said(user, item, session)} does not exist!")
    return OK


def list_item_view_portions(contents: Contents, params: Params, _now: float) -> Answer:
    """Every portion of the item."""
    return _listed(contents.view_portions.of_item(ITEM.existing(contents, params)))


def list_user_view_portions(contents: Contents, params: Params, _now: float) -> Answer:
    """Every portion of the user."""
    return _listed(contents.view_portions.of_user(USER.existing(contents, params)))


def _listed(found: Iterable[View]) -> Answer:
    shown = [_entry(*view) for view in found]
    shown.sort(key=lambda e: (e["timestamp"], e["userId"], e["itemId"], e["sessionId"] or ""))
    return answer(shown)


def _entry(user: str, item: str, session: str | None, portion: Portion) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "userId": user,
        "itemId": item,
        "timestamp": portion.timestamp,
        "portion": portion.portion,
        "sessionId": session,
        "autoPresented": portion.auto_presented,
        "timeSpent": portion.time_spent,
    }
    if portion.recomm_id is not None:
        shown["recommId"] = portion.recomm_id
    if portion.additional_data is not None:
        shown["additionalData"] = portion.additional_data
    return shown


def _said(user: str, item: str, session: str | None) -> str:
    where = "null" if session is None else f'"{session}"'
    return f'ViewPortion of userId="{user}",itemId="{item}",sessionId={where}'


HANDLERS: Handlers = {
    "SetViewPortion": set_view_portion,
    "DeleteViewPortion": delete_view_portion,
    "ListItemViewPortions": list_item_view_portions,
    "ListUserViewPortions": list_user_view_portions,
}
