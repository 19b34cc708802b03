"""A landing page's address as TikTok will open it: with the URL parameters behind it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit


def show_address(page: str, params: Iterable[Mapping[str, Any]]) -> str:
    """Macros stay as they are: TikTok fills them in. What the page has already is not added again (R80)."""
    parts = urlsplit(page)
    given = {key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = [
        f"{quote(str(item.get('key') or ''))}={quote(str(item.get('value') or ''))}"
        for item in params
        if item.get("key") and item["key"] not in given
    ]
    return urlunsplit(parts._replace(query="&".join([*([parts.query] if parts.query else []), *added])))
