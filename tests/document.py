"""The OpenAPI document as tests read it: made in-process, once."""

import json
import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from campaigns.api import urls
from tests.access.world import World

METHODS = ("get", "post", "put", "patch", "delete")


@cache
def read_document() -> dict[str, Any]:
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


def list_operations() -> list[tuple[str, str]]:
    """(method, path) of everything that the document names."""
    paths = read_document()["paths"]
    return [(method, path) for path, item in paths.items() for method in METHODS if method in item]


@cache
def _routes() -> dict[str, str]:
    """The site's patterns by the shape that the document has for them."""
    patterns = {f"api/v1/{entry.pattern}" for entry in urls.urlpatterns}
    return {_shape(pattern): pattern for pattern in patterns}


def _shape(path: str) -> str:
    return re.sub(r"<[^>]*>|{[^}]*}", "*", path.removeprefix("/"))


def find_route(path: str) -> str:
    """The pattern of the site behind a path of the document: what the world fills."""
    return _routes()[_shape(path)]


def find_address(world: World, path: str) -> str:
    return world.fill(find_route(path))
