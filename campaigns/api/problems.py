"""Errors as `application/problem+json` (RFC 9457): DRF's own and the services', translated in one place.

Every problem has type, title, status, detail and a stable `code`; some carry `problems` (`path`, `message`),
`findings` or the `version` that stands. What is not anticipated flies on to the 500 page.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from campaigns.contract.shape import join_path
from campaigns.models import Ad, AdGroup, Campaign
from campaigns.rules.findings import Finding
from campaigns.services.errors import (
    Forbidden,
    MustPropose,
    NotWellFormed,
    Refused,
    ServiceError,
    Stale,
    TooSoon,
    Unconfirmed,
    Unreachable,
    WrongState,
)

PROBLEM_JSON = "application/problem+json"


class Problem(exceptions.APIException):
    """An error of the edge itself, said in the house's own words."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        problems: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.problems = tuple(problems)
        self.headers = dict(headers or {})


def malformed(path: str, message: str) -> Problem:
    """400 about one member of the body or one parameter."""
    return Problem(400, "malformed", f"{path or 'The body'}: {message}.", problems=[(path, message)])


def not_found(
    detail: str = "There is nothing here, or it belongs to an account you are no member of.",
) -> Problem:
    return Problem(404, "not_found", detail)


# What a service's refusal means over HTTP, and the word a client can tell it by
_STATUSES: tuple[tuple[type[ServiceError], int, str], ...] = (
    (MustPropose, 403, "must_propose"),
    (Forbidden, 403, "forbidden"),
    (Stale, 409, "stale"),
    (TooSoon, 429, "too_soon"),
    (WrongState, 409, "wrong_state"),
    (Unconfirmed, 409, "unconfirmed"),
    (NotWellFormed, 400, "malformed"),
    (Refused, 422, "refused"),
    (Unreachable, 502, "unreachable"),
)


def handle_exception(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an anticipated error; None lets the rest fly."""
    match error:
        case Http404() | Campaign.DoesNotExist() | AdGroup.DoesNotExist() | Ad.DoesNotExist():
            error = not_found()  # never there, or discarded between our look and our act
        case PermissionDenied():
            error = exceptions.PermissionDenied()
        case RequestDataTooBig():
            error = too_large()
    match error:
        case ServiceError():
            answer = _translate(error)
        case exceptions.APIException():
            answer = _show(error)
        case _:
            return None
    set_rollback()
    return answer


def too_large() -> Problem:
    return Problem(413, "too_large", "The body is larger than 5 MB. Send fewer ad groups at once.")


def _translate(error: ServiceError) -> Response:
    status, code = next((status, code) for kind, status, code in _STATUSES if isinstance(error, kind))
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    match error:
        case Stale():
            extra["version"] = error.current
        case TooSoon():
            headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
        case NotWellFormed():
            extra["problems"] = [{"path": item.path, "message": item.message} for item in error.problems]
        case Refused() | Unconfirmed() | MustPropose():
            extra["findings"] = show_findings(error.findings)
    return _answer(status, code, error.message, extra, headers)


def _show(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    extra: dict[str, Any] = {}
    code, detail = str(error.default_code), str(error.detail)
    match error:
        case Problem():
            code, headers = error.code, error.headers
            if error.problems:
                extra["problems"] = [{"path": path, "message": said} for path, said in error.problems]
        case exceptions.ValidationError():
            code = "malformed"
            extra["problems"] = [{"path": path, "message": said} for path, said in _flatten("", error.detail)]
            detail = "; ".join(
                f"{item['path'] or 'the body'}: {item['message']}" for item in extra["problems"]
            )
        case exceptions.ParseError():
            code = "malformed"
            extra["problems"] = [{"path": "", "message": detail}]
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            headers["WWW-Authenticate"] = getattr(error, "auth_header", "Token")
        case exceptions.Throttled():
            headers["Retry-After"] = str(max(1, round(getattr(error, "wait", None) or 1)))
    return _answer(error.status_code, code, detail, extra, headers)


def _answer(status: int, code: str, detail: str, extra: dict[str, Any], headers: dict[str, str]) -> Response:
    title = "Unauthorized" if status == 401 else HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, **extra}
    return Response(body, status=status, headers=headers, content_type=PROBLEM_JSON)


def _flatten(path: str, detail: Any) -> Iterable[tuple[str, str]]:
    """DRF's nested error detail as paths with sentences."""
    match detail:
        case Mapping():
            for name, item in detail.items():
                yield from _flatten(path if name == "non_field_errors" else join_path(path, str(name)), item)
        case list() | tuple():
            for index, item in enumerate(detail):
                yield from _flatten(join_path(path, index) if isinstance(item, Mapping) else path, item)
        case _:
            yield path, str(detail)


def show_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [finding.as_json() for finding in findings]
