"""The rows of the list of campaigns, drawn by `campaigns.web.list_drawing`."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from campaigns.web.list_drawing import Sheet, draw_row

register = template.Library()


@register.simple_tag(takes_context=True)
def list_rows(context: Mapping[str, Any]) -> SafeString:
    columns = [head.key for head in context["heads"]]
    sheet = Sheet(columns, context["editing"], context["here"], context)
    return mark_safe("".join(draw_row(row, sheet) for row in context["rows"]))
