"""Segmentations of three kinds, in one namespace.

Order of checks: syntax (400), existence (404), kind (400), conflict (409).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from recombee_mock.answers import (
    CREATED,
    OK,
    Answer,
    Refusal,
    answer,
    bad_request,
    conflict,
    not_found,
)
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.property_definitions import property_name
from recombee_mock.membership import check, divider
from recombee_mock.params import Params, Reader, identifier, optional, required, text
from recombee_mock.reql import Scene
from recombee_mock.store.contents import Contents
from recombee_mock.store.segmentations import Kind, Segment, Segmentation

_SOURCE: Final = "items"
_PATHS: Final[Mapping[Kind, str]] = {
    "property": "property-based",
    "autoReQL": "auto-reql",
    "manualReQL": "manual-reql",
}

_Read: TypeAlias = Callable[[Params, str, Reader[str]], str | None]


@attrs.frozen
class SegmentationKind:
    """What differs between the kinds.

    Attributes:
        noun: As in the names of the operations.
        kind: As it is listed.
        own: Reads the field that no other kind has.
    """

    noun: str
    kind: Kind
    own: tuple[str, str, Reader[str]] | None = None

    def handlers(self) -> Handlers:
        """`Create…Segmentation` and `Update…Segmentation`."""
        return {
            f"Create{self.noun}Segmentation": self.create,
            f"Update{self.noun}Segmentation": self.update,
        }

    def create(self, contents: Contents, params: Params, now: float) -> Answer:
        """The ID must be new among all kinds."""
        name = required(params, "segmentationId", identifier)
        _require_source(params)
        made = Segmentation(id=name, kind=self.kind, **self._given(params, required))
        _check(contents, made, now)
        if contents.segmentations.knows(name):
            raise conflict(f'Segmentation "{name}" already exists!')
        contents.segmentations.put(made)
        return CREATED

    def update(self, contents: Contents, params: Params, now: float) -> Answer:
        """Only what is given changes (unpublished: we choose so)."""
        given = self._given(params, optional)
        if "expression" in given:
            _check_reql(contents, Segmentation(id="", kind=self.kind, **given), now)
        old = _existing(contents, params)
        _require_kind(old, self.kind)
        new = attrs.evolve(old, **given)
        if self.own is not None and self.own[0] in given:
            _check(contents, new, now)
        contents.segmentations.put(new)
        return OK

    def _given(self, params: Params, read_own: _Read) -> dict[str, Any]:
        """The fields that are given."""
        given = {name: optional(params, name, text) for name in ("title", "description")}
        if self.own is not None:
            field, name, read = self.own
            given[field] = read_own(params, name, read)
        return {field: value for field, value in given.items() if value is not None}


def add_segment(contents: Contents, params: Params, now: float) -> Answer:
    """Source: API reference, Add manual ReQL segment."""
    segment = _given_segment(contents, params, now)
    segmentation = _manual(contents, params)
    if segment.id in segmentation.segments:
        raise conflict(f'Segment "{segment.id}" of "{segmentation.id}" already exists!')
    _put_segment(contents, segmentation, segment, now)
    return CREATED


def update_segment(contents: Contents, params: Params, now: float) -> Answer:
    """Source: API reference, Update manual ReQL segment."""
    given = _given_segment(contents, params, now)
    segmentation = _manual(contents, params)
    old = _segment(segmentation, given.id)
    title = old.title if given.title is None else given.title
    _put_segment(contents, segmentation, attrs.evolve(given, title=title), now)
    return OK


def delete_segment(contents: Contents, params: Params, _now: float) -> Answer:
    """Source: API reference, Delete manual ReQL segment."""
    name = required(params, "segmentId", identifier)
    segmentation = _manual(contents, params)
    _segment(segmentation, name)
    rest = {key: one for key, one in segmentation.segments.items() if key != name}
    contents.segmentations.put(attrs.evolve(segmentation, segments=rest))
    return OK


def list_segmentations(contents: Contents, params: Params, _now: float) -> Answer:
    """In the order of their creation (unpublished: we choose so)."""
    _require_source(params)
    return answer({"segmentations": [_shown(one) for one in contents.segmentations.all()]})


def get_segmentation(contents: Contents, params: Params, _now: float) -> Answer:
    """Source: API reference, Get segmentation."""
    return answer(_shown(_existing(contents, params)))


def delete_segmentation(contents: Contents, params: Params, _now: float) -> Answer:
    """Scenarios may go on naming it (unpublished: we choose so)."""
    contents.segmentations.delete(_existing(contents, params).id)
    return OK


def _require_source(params: Params) -> None:
    found = required(params, "sourceType", text)
    if found != _SOURCE:
        raise bad_request(f'Parameter "sourceType" must be "{_SOURCE}", but is "{found}"!')


def _check(contents: Contents, segmentation: Segmentation, now: float) -> None:
    if segmentation.property is not None:
        found = contents.items.properties.get(segmentation.property)
        if found is None:
            raise not_found(f'Item property "{segmentation.property}" does not exist!')
    check(contents, segmentation, now)


def _existing(contents: Contents, params: Params) -> Segmentation:
    name = required(params, "segmentationId", identifier)
    found = contents.segmentations.get(name)
    if found is None:
        raise not_found(f'Segmentation "{name}" does not exist!')
    return found


def _require_kind(found: Segmentation, kind: Kind) -> None:
    if found.kind != kind:
        raise bad_request(
            f'Segmentation "{found.id}" is {_PATHS[found.kind]}, not {_PATHS[kind]}: '
            f"change it under /segmentations/{_PATHS[found.kind]}/!"
        )


def _given_segment(contents: Contents, params: Params, now: float) -> Segment:
    name = required(params, "segmentId", identifier)
    found = Segment(name, required(params, "filter", text), optional(params, "title", text))
    _check_reql(contents, Segmentation(id="", kind="manualReQL", segments={name: found}), now)
    return found


def _check_reql(contents: Contents, definition: Segmentation, now: float) -> None:
    """Refuse wrong ReQL before anything is looked up."""
    divider(contents, definition, Scene(now))


def _manual(contents: Contents, params: Params) -> Segmentation:
    segmentation = _existing(contents, params)
    _require_kind(segmentation, "manualReQL")
    return segmentation


def _segment(segmentation: Segmentation, name: str) -> Segment:
    found = segmentation.segments.get(name)
    if found is None:
        raise _missing_segment(segmentation, name)
    return found


def _missing_segment(segmentation: Segmentation, name: str) -> Refusal:
    return not_found(f'Segment "{name}" of "{segmentation.id}" does not exist!')


def _put_segment(
    contents: Contents, segmentation: Segmentation, segment: Segment, now: float
) -> None:
    segments = {**segmentation.segments, segment.id: segment}
    check(contents, attrs.evolve(segmentation, segments={segment.id: segment}), now)
    contents.segmentations.put(attrs.evolve(segmentation, segments=segments))


def _shown(one: Segmentation) -> dict[str, Any]:
    # What was not given is not there (unpublished: we choose so).
    labels = {"title": one.title, "description": one.description}
    return {
        "segmentationId": one.id,
        "sourceType": _SOURCE,
        "segmentationType": one.kind,
        **{name: label for name, label in labels.items() if label is not None},
    }


HANDLERS: Handlers = {
    **SegmentationKind(
        "PropertyBased", "property", ("property", "propertyName", property_name)
    ).handlers(),
    **SegmentationKind("AutoReql", "autoReQL", ("expression", "expression", text)).handlers(),
    **SegmentationKind("ManualReql", "manualReQL").handlers(),
    "AddManualReqlSegment": add_segment,
    "UpdateManualReqlSegment": update_segment,
    "DeleteManualReqlSegment": delete_segment,
    "ListSegmentations": list_segmentations,
    "GetSegmentation": get_segmentation,
    "DeleteSegmentation": delete_segmentation,
}
