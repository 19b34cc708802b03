"""The cells of the grid, drawn by `campaigns.web.grid_drawing`."""

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from campaigns.web.grid_drawing import draw_cells, draw_name
from campaigns.web.grid_layout import Row

register = template.Library()


@register.simple_tag(takes_context=True)
def grid_cells(context: Mapping[str, Any], row: Row) -> SafeString:
    return draw_cells(context["grid"], row, lock=context["screen"].lock)


@register.simple_tag(takes_context=True)
def grid_name(context: Mapping[str, Any], row: Row) -> SafeString:
    return draw_name(context["grid"], row, lock=context["screen"].lock)


@register.filter
def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
