"""Segmentations: the items divided into segments, by a property or by ReQL."""

from typing import Annotated

from aiorecombee.requests.endpoint import Id, OneOf, PropertyName, Request, endpoint
from aiorecombee.requests.results import ListSegmentationsResponse, Segmentation

SourceType = Annotated[str, OneOf(("items",))]


@endpoint("PUT", "/segmentations/property-based/{segmentationId}", timeout=10.0)
class CreatePropertyBasedSegmentation(Request[str]):
    """Create a segmentation with one segment per value of a property.

    Args:
        segmentation_id: The new segmentation.
        source_type: What is divided: `items`.
        property_name: A property of type string or set.
        title: Shown in the Admin UI.
        description: Shown in the Admin UI.

    Source: API reference, Create property based segmentation.
    """

    segmentation_id: Id
    source_type: SourceType
    property_name: PropertyName
    title: str | None = None
    description: str | None = None


@endpoint("POST", "/segmentations/property-based/{segmentationId}", timeout=10.0)
class UpdatePropertyBasedSegmentation(Request[str]):
    """Change a property based segmentation; what is left out stays.

    Source: API reference, Update property based segmentation.
    """

    segmentation_id: Id
    property_name: PropertyName | None = None
    title: str | None = None
    description: str | None = None


@endpoint("PUT", "/segmentations/auto-reql/{segmentationId}", timeout=10.0)
class CreateAutoReqlSegmentation(Request[str]):
    """Create a segmentation whose segments come out of a ReQL expression.

    Args:
        segmentation_id: The new segmentation.
        source_type: What is divided: `items`.
        expression: ReQL that returns for each item the set of its segments.
        title: Shown in the Admin UI.
        description: Shown in the Admin UI.

    Source: API reference, Create auto ReQL segmentation.
    """

    segmentation_id: Id
    source_type: SourceType
    expression: str
    title: str | None = None
    description: str | None = None


@endpoint("POST", "/segmentations/auto-reql/{segmentationId}", timeout=10.0)
class UpdateAutoReqlSegmentation(Request[str]):
    """Change an auto ReQL segmentation; what is left out stays.

    Source: API reference, Update auto ReQL segmentation.
    """

    segmentation_id: Id
    expression: str | None = None
    title: str | None = None
    description: str | None = None


@endpoint("PUT", "/segmentations/manual-reql/{segmentationId}", timeout=10.0)
class CreateManualReqlSegmentation(Request[str]):
    """Create a segmentation whose segments are then added one by one, each with a filter.

    Args:
        segmentation_id: The new segmentation.
        source_type: What is divided: `items`.
        title: Shown in the Admin UI.
        description: Shown in the Admin UI.

    Source: API reference, Create manual ReQL segmentation.
    """

    segmentation_id: Id
    source_type: SourceType
    title: str | None = None
    description: str | None = None


@endpoint("POST", "/segmentations/manual-reql/{segmentationId}", timeout=10.0)
class UpdateManualReqlSegmentation(Request[str]):
    """Change title or description of a manual ReQL segmentation.

    Source: API reference, Update manual ReQL segmentation.
    """

    segmentation_id: Id
    title: str | None = None
    description: str | None = None


@endpoint("PUT", "/segmentations/manual-reql/{segmentationId}/segments/{segmentId}", timeout=10.0)
class AddManualReqlSegment(Request[str]):
    """Add a segment to a manual ReQL segmentation.

    Args:
        segmentation_id: The segmentation.
        segment_id: The new segment.
        filter: ReQL; items for which it is true belong to the segment.
        title: Shown in the Admin UI.

    Source: API reference, Add manual ReQL segment.
    """

    segmentation_id: Id
    segment_id: Id
    filter: str
    title: str | None = None


@endpoint("POST", "/segmentations/manual-reql/{segmentationId}/segments/{segmentId}", timeout=10.0)
class UpdateManualReqlSegment(Request[str]):
    """Change filter and title of a segment.

    Source: API reference, Update manual ReQL segment.
    """

    segmentation_id: Id
    segment_id: Id
    filter: str
    title: str | None = None


@endpoint(
    "DELETE",
    "/segmentations/manual-reql/{segmentationId}/segments/{segmentId}",
    timeout=10.0,
    settled=404,
)
class DeleteManualReqlSegment(Request[str]):
    """Delete a segment of a manual ReQL segmentation.

    Source: API reference, Delete manual ReQL segment.
    """

    segmentation_id: Id
    segment_id: Id


@endpoint("GET", "/segmentations/list/", timeout=10.0)
class ListSegmentations(Request[ListSegmentationsResponse]):
    """List the segmentations of the database.

    Args:
        source_type: What is divided: `items`.

    Source: API reference, List segmentations.
    """

    source_type: SourceType


@endpoint("GET", "/segmentations/list/{segmentationId}", timeout=10.0)
class GetSegmentation(Request[Segmentation]):
    """Read one segmentation.

    Source: API reference, Get segmentation.
    """

    segmentation_id: Id


@endpoint("DELETE", "/segmentations/{segmentationId}", timeout=10.0, settled=404)
class DeleteSegmentation(Request[str]):
    """Delete a segmentation of whatever kind.

    Source: API reference, Delete segmentation.
    """

    segmentation_id: Id
