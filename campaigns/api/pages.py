"""Lists: `{next, previous, results}` with cursors that hold still while rows come and go."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from campaigns.api.problems import malformed


class CursorPages(CursorPagination):
    """Newest first by our id, which never changes: what is written meanwhile moves no page."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-id"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValueError, OverflowError, ValidationError) as error:
            # A cursor that was made up, or made for another ordering
            raise malformed("cursor", "follow next and previous as they are") from error

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """Rows that are alike in the field asked for stay in one order: by id."""
        ordering = tuple(super().get_ordering(request, queryset, view))
        return ordering if {"id", "-id"} & set(ordering) else (*ordering, "-id")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri", "example": None}
        rows = schema["items"] if isinstance(schema, dict) and "items" in schema else None
        # what is no schema of rows is an example's place holder, which comes back where it was put
        results = {"type": "array", "items": rows} if rows is not None else schema
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": results},
        }
