"""Error pages of the whole site; under /api/ they answer in REST's shape. They ask the database for nothing."""

import logging
import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from campaigns.models.absence import is_away

log = logging.getLogger(__name__)
RETRY_SECONDS = 5  # a database that restarts is back about then


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request,
        400,
        "That could not be read",
        "The request is not of a form this site knows. Nothing was changed.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "Not yours to do", str(exception) or "Your role does not allow this.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or of another session: usually somebody logged in anew in another tab."""
    detail = "You sent this from a page of an older session. Nothing was changed. Go back, reload, and send it again."
    return _answer(request, 403, "This page has grown old", detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request, 404, "Not found", "There is nothing here, or it belongs to an account you are no member of."
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return _answer(
        request, 413, "Too much at once", "What you sent is larger than 5 MB. Nothing was changed."
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody caught, in a view or in the middleware around it: the one place that sees both."""
    error = sys.exception()
    if is_away(error):
        return _say_away(request, error)
    return _answer(
        request, 500, "Something broke", "The error was written down. Nothing you sent was half done."
    )


def _say_away(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    said = "The database does not answer at the moment. What you sent may not have been saved: try again shortly."
    if request.headers.get(
        "HX-Request"
    ):  # not `request.htmx`: the middleware that sets it may not have been reached
        response = render(request, "components/note.html", {"title": "No answer", "detail": said}, status=503)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
    else:
        response = _answer(request, 503, "No answer", said)
    response["Retry-After"] = str(RETRY_SECONDS)
    # One line: Django would write a traceback for each request of an outage
    log.warning("503 for %s %s: %s", request.method, request.path, str(error).strip().partition("\n")[0])
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def find_way_back(request: HttpRequest) -> str:
    """The page the reader came from, when it is one of ours and another one than this; else nothing."""
    came_from = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return came_from if ours and came_from != request.build_absolute_uri() else ""


def _answer(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        phrase = HTTPStatus(status).phrase
        code = phrase.lower().replace(" ", "_")
        body = {"type": "about:blank", "title": phrase, "status": status, "detail": detail, "code": code}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {
        "title": title,
        "detail": detail,
        "status": status,
        "back": request.META.get("HTTP_REFERER", ""),
    }
    return render(request, "error.html", context, status=status)
