"""Reading a body: JSON that the databases can hold, of at most 5 MB. Types of members are the services' business."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from campaigns.api.problems import malformed, too_large
from campaigns.contract.shape import join_path

DEPTH = 64  # TikTok's deepest member lies eight levels down; SQLite's JSON stops at a thousand


class BodyParser(JSONParser):
    """JSON without NaN, NUL characters, half surrogates and bottomless nesting. Each would break a database later."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        declared = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        # Not one byte is read of what says itself that it is too long
        if not declared.isdigit() or int(declared) > limit:
            raise too_large()
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise too_large()
        try:
            data = json.loads(
                content.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_read_once
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is no JSON: {_explain(error)}.") from error
        _require_storable("", data, DEPTH)
        return data


def read_object(data: Any) -> dict[str, Any]:
    """The body as an object. An empty body arrives as something else."""
    if not isinstance(data, dict):
        raise malformed("", "write an object, { … }")
    return data


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _read_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. A name written twice has two values, and nobody can know which budget was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:100]}” is written twice in one object")
    return found


def _explain(error: ValueError | RecursionError) -> str:
    match error:
        case json.JSONDecodeError():
            return f"{error.msg} at line {error.lineno}, column {error.colno}"
        case UnicodeDecodeError():
            return "it is not UTF-8"
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return str(error)[:200]


def _require_storable(path: str, value: Any, depth: int) -> None:
    match value:
        case dict() | list() if not depth:
            raise malformed(path, f"nests deeper than {DEPTH} levels")
        case dict():
            for name, item in value.items():
                _require_text(path, name)
                _require_storable(join_path(path, name), item, depth - 1)
        case list():
            for index, item in enumerate(value):
                _require_storable(join_path(path, index), item, depth - 1)
        case str():
            _require_text(path, value)
        case float() if not math.isfinite(value):
            raise malformed(path, "write a number that is not infinite")


def _require_text(path: str, text: str) -> None:
    if "\x00" in text:
        raise malformed(path, "take the NUL character out of the text")
    if not text.isascii() and any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise malformed(path, "take the half of a surrogate pair out of the text")
