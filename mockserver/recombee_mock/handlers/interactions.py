"""Interactions that are told apart by user, item and moment: five kinds with one behaviour."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import attrs

from recombee_mock.answers import OK, Answer, answer, conflict, not_found
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import ITEM, USER
from recombee_mock.params import (
    Params,
    Reader,
    entity_id,
    flag,
    json_object,
    optional,
    required,
    text,
    timestamp,
)
from recombee_mock.store.cells import Details
from recombee_mock.store.contents import Contents
from recombee_mock.store.interactions import Interaction, Interactions


@attrs.frozen
class Field:
    """A parameter that one kind has and others have not.

    Attributes:
        name: The API's name.
        read: Reads its value.
        required: Whether an addition must have it.
        always: Whether listings show it even when it was not given.
        default: What they show then.
    """

    name: str
    read: Reader[Any]
    required: bool = False
    always: bool = False
    default: Any = None


_EVERYWHERE: Final = (Field("recommId", text), Field("additionalData", json_object))


def the_pair(
    contents: Contents, user_id: str, item_id: str, *, create: bool | None
) -> tuple[str, str]:
    """Stored IDs of a user and an item; missing ones are created, or refused with 404."""
    user = contents.users.ids.get(user_id)
    item = contents.items.ids.get(item_id)
    if create:
        user, item = contents.users.add(user_id), contents.items.add(item_id)
    if user is None:
        raise USER.missing(user_id)
    if item is None:
        raise ITEM.missing(item_id)
    return user, item


@attrs.frozen(eq=False)
class InteractionKind:
    """One kind, and what can be done with it.

    Attributes:
        noun: As in the names of the operations.
        table: Where this kind is kept.
        own: Its own fields.
    """

    noun: str
    table: Callable[[Contents], Interactions]
    own: Sequence[Field] = ()
    _fields: Sequence[Field] = attrs.field(init=False)
    _bare: bool = attrs.field(init=False)
    _defaults: dict[str, Any] = attrs.field(init=False)

    @_fields.default
    def _all_fields(self) -> Sequence[Field]:
        return (*self.own, *_EVERYWHERE)

    @_bare.default
    def _none_required(self) -> bool:
        return not any(field.required for field in self._fields)

    @_defaults.default
    def _always_shown(self) -> dict[str, Any]:
        return {field.name: field.default for field in self._fields if field.always}

    def handlers(self) -> Handlers:
        """`Add…`, `Delete…`, `ListItem…s` and `ListUser…s`."""
        return {
            f"Add{self.noun}": self.add,
            f"Delete{self.noun}": self.delete,
            f"ListItem{self.noun}s": self.list_of_item,
            f"ListUser{self.noun}s": self.list_of_user,
        }

    def add(self, contents: Contents, params: Params, now: float) -> Answer:
        """Add one: the hot path of the whole server.

        An ID that is known is also well formed, a moment is mostly a positive number, and mostly
        there is nothing else; so only what is not so is read at length.
        """
        user = item = None
        try:
            user = contents.users.ids[params["userId"]]
            item = contents.items.ids[params["itemId"]]
        except (KeyError, TypeError):  # not there, or a list, or an object
            user_id = required(params, "userId", entity_id)
            item_id = required(params, "itemId", entity_id)
        given = params.get("timestamp")
        if type(given) is not float or given <= 0:
            given = optional(params, "timestamp", timestamp)
        create = params.get("cascadeCreate")
        if create is not None and create is not True:
            create = optional(params, "cascadeCreate", flag)
        bare = len(params) == 2 + (given is not None) + (create is not None) and self._bare
        details = None if bare else self._details(params)
        if user is None or item is None:
            user, item = the_pair(contents, user_id, item_id, create=create)
        moment = contents.stamp(now) if given is None else given
        while not self.table(contents).add(user, item, moment, details):
            if given is not None:
                raise conflict(f"{self._said(user, item, given)} already exists!")
            moment = contents.stamp(now)
        return OK

    def delete(self, contents: Contents, params: Params, _now: float) -> Answer:
        """Delete the one of that moment, or all of the pair."""
        user_id = required(params, "userId", entity_id)
        item_id = required(params, "itemId", entity_id)
        moment = optional(params, "timestamp", timestamp)
        user, item = the_pair(contents, user_id, item_id, create=False)
        if not self.table(contents).delete(user, item, moment):
            raise not_found(f"{self._said(user, item, moment)} does not exist!")
        return OK

    def list_of_item(self, contents: Contents, params: Params, _now: float) -> Answer:
        """All of an item, by moment, then by user."""
        return self._listed(self.table(contents).of_item(ITEM.existing(contents, params)))

    def list_of_user(self, contents: Contents, params: Params, _now: float) -> Answer:
        """All of a user, by moment, then by item."""
        return self._listed(self.table(contents).of_user(USER.existing(contents, params)))

    def _details(self, params: Params) -> Details:
        values: list[Any] = []
        for field in self._fields:
            if field.required:
                values.append(required(params, field.name, field.read))
            else:
                absent = field.name not in params
                values.append(None if absent else optional(params, field.name, field.read))
        while values and values[-1] is None:
            values.pop()
        return tuple(values) or None

    def _listed(self, found: Iterable[Interaction]) -> Answer:
        return answer([self._entry(interaction) for interaction in sorted(found)])

    def _entry(self, found: Interaction) -> dict[str, Any]:
        shown = {
            "userId": found.user,
            "itemId": found.item,
            "timestamp": found.timestamp,
            **self._defaults,
        }
        for field, value in zip(self._fields, found.details or (), strict=False):
            if value is not None:
                shown[field.name] = value
        return shown

    def _said(self, user: str, item: str, moment: float | None) -> str:
        when = "" if moment is None else f",timestamp={moment!r}"
        return f'{self.noun} of userId="{user}",itemId="{item}"{when}'
