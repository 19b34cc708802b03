"""What schemathesis is told of the product that it asks: ids and accounts that exist there, so that more is met than 404.

One value in five stays as it was drawn.
"""

import json
import os
from typing import Any

import schemathesis

VARIABLE = "SMARTPLUS_FUZZ_IDS"  # {"campaigns": [4, 5], …, "account": ["7000000000000000001"]}, as JSON
OFTEN = 5
_ids: dict[str, list[Any]] = json.loads(os.environ.get(VARIABLE, "{}"))


def choose(kind: str, drawn: Any) -> Any:
    """A real one in place of what was drawn, the same for the same; what was drawn where there is none, or once in five times."""
    real, number = _ids.get(kind), sum(str(drawn).encode("utf-8", "surrogatepass"))
    return drawn if not real or not number % OFTEN else real[number % len(real)]


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    kind = context.operation.path.split("/")[3]
    names = {"id": kind, "advertiser_id": "account", "name": "policy"}
    return path_parameters and {
        name: choose(names.get(name, kind), value) for name, value in path_parameters.items()
    }


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    if isinstance(body, dict):
        for name, kind in (("advertiser_id", "account"), ("campaign", "campaigns")):
            if name in body:
                body[name] = choose(kind, body[name])
        if isinstance(body.get("version"), int):
            body["version"] = abs(body["version"]) % 3 + 1
    return body
