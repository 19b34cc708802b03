"""Error pages of the whole site; under /api/ they answer in REST's shape. They ask the database for nothing."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


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


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(
        request, 500, "Something broke", "The error was written down. Nothing you sent was half done."
    )


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
