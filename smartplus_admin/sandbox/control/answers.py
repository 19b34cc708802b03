"""How control reads a body and answers: JSON both ways; a mistake is a ValueError that names the member."""

from typing import Any

from werkzeug.wrappers import Request, Response

from smartplus_admin.sandbox.store import dump_json, load_json


def answer_json(value: Any) -> Response:
    return Response(dump_json(value), content_type="application/json")


def read_body(request: Request, *known: str) -> dict[str, Any]:
    """A JSON object; a member that is none of `known` is refused, so that a typing error does not pass unseen."""
    text = request.get_data(as_text=True)
    body = load_json(text) if text else {}
    if not isinstance(body, dict):
        raise ValueError("body: a JSON object")
    unknown = set(body) - set(known)
    if known and unknown:
        raise ValueError(f"{sorted(unknown)[0]}: unknown member; known are {', '.join(known)}")
    return body


def read_number(body: dict[str, Any], name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name}: a number")
    return float(value)
