"""One call as it arrives and leaves: header, query or JSON body in, envelope out. Knows no endpoint.

GET parameters that are arrays or objects are JSON text (fact sheet 1, docs). Empty text and null count as absent for
everything but plain texts (fact sheet 13, code).
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from campaigns.contract import codes, limits
from smartplus_admin.sandbox.changes import Doer
from smartplus_admin.sandbox.clock import to_moment
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.errors import refuse_missing, refuse_parameter
from smartplus_admin.sandbox.library import Body, Shelf
from smartplus_admin.sandbox.store import Database
from smartplus_admin.sandbox.tokens import Grant

Params = dict[str, Any]


@dataclass(slots=True)
class Call:
    """All that an endpoint may look at; `account` is empty on endpoints that name no advertiser."""

    db: Database
    config: Config
    params: Params
    now: float
    advertiser_id: str
    account: Body
    token: str
    host: str = ""  # the address that was called, with a slash at its end
    grant: Grant = Grant()  # what the token may do; on endpoints without a token, nothing was checked

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.db, self.advertiser_id)

    @property
    def doer(self) -> Doer:
        """Who the change log names: the token's app."""
        return Doer("Sandbox user", "Marketing API", self.grant.app_id)

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.params.get(name)
        if value is None or value == "":
            if required:
                raise refuse_missing(name)
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise refuse_parameter(name, "must be a string.")
        return str(value)

    def texts(self, name: str, *, required: bool = False, most: int = limits.FILTER_IDS) -> list[str]:
        """A list of strings; more than `most` is refused (R15)."""
        value = self.read(name)
        if value is None:
            if required:
                raise refuse_missing(name)
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise refuse_parameter(name, "must be a list of strings.")
        if required and not value:
            raise refuse_parameter(name, "must hold at least 1 item.")
        if len(value) > most:
            raise refuse_parameter(name, f"must hold at most {most} items.")
        return list(dict.fromkeys(value))

    def object(self, name: str) -> Body:
        value = self.read(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise refuse_parameter(name, "must be an object.")
        return {key: item for key, item in value.items() if item is not None and item != ""}

    def flag(self, name: str) -> bool:
        """true or false, as JSON or as text in a query; absent is false."""
        value = self.params.get(name)
        if value is None or value == "":
            return False
        word = str(value).lower()
        if word not in ("true", "false"):
            raise refuse_parameter(name, "must be true or false.")
        return word == "true"

    def number(self, name: str, *, default: int, least: int = 1, most: int | None = None) -> int:
        value = self.params.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(str(value)) if not isinstance(value, bool) else least - 1
        except ValueError as error:
            raise refuse_parameter(name, "must be an integer.") from error
        if number < least or (most is not None and number > most):
            raise refuse_parameter(
                name, f"must be between {least} and {most}." if most else f"must be at least {least}."
            )
        return number

    def read(self, name: str) -> Any:
        """A member that may be JSON text, as in a query."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return load_strict(value)
            except ValueError as error:
                raise refuse_parameter(name, "must be valid JSON text.") from error
        return value

    def page(self, *, most: int, default: int = limits.PAGE_SIZE_DEFAULT) -> tuple[int, int]:
        return self.number("page", default=1, most=10**9), self.number(
            "page_size", default=default, most=most
        )


def read_params(request: Request) -> Params:
    if request.method == "GET":
        return dict(request.args.items())
    if request.mimetype == "multipart/form-data":
        return {**request.form, **request.files}  # uploads, also those that only name an address (platform 1)
    if request.mimetype != "application/json":
        raise refuse_parameter("Content-Type", "must be application/json.")
    try:
        body = load_strict(request.get_data(as_text=True))
    except (ValueError, RecursionError) as error:
        raise refuse_parameter("body", "must be valid JSON.") from error
    if not isinstance(body, dict):
        raise refuse_parameter("body", "must be a JSON object.")
    return body


def load_strict(text: str) -> Any:
    """JSON as the standard says: no NaN, no Infinity, no half of a surrogate pair. Raises ValueError."""
    value = json.loads(text, parse_constant=_refuse_constant)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate cannot be written anywhere
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def make_page(rows: list[Any], total: int, page: int, size: int, *, key: str = "list") -> Body:
    return {
        key: rows,
        "page_info": {
            "page": page,
            "page_size": size,
            "total_number": total,
            "total_page": -(-total // size),
        },
    }


def cut_page(rows: list[Any], page: int, size: int, *, key: str = "list") -> Body:
    return make_page(rows[(page - 1) * size : page * size], len(rows), page, size, key=key)


def answer(
    data: Any, *, code: int = codes.OK, message: str = "OK", now: float, status: int = 200
) -> Response:
    """The envelope; its request_id is a log id of this one call (fact sheet 1, docs ae)."""
    log_id = to_moment(now).strftime("%Y%m%d%H%M%S") + secrets.token_hex(9).upper()
    envelope = {"code": code, "message": message, "request_id": log_id, "data": data}
    response = Response(
        json.dumps(envelope, ensure_ascii=False, separators=(",", ":")),
        status,
        content_type="application/json",
    )
    response.headers["X-TT-LOGID"] = log_id
    response.headers["x-tt-trace-id"] = f"00-{log_id.lower()}-00"
    return response
