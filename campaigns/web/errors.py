"""Error pages of the whole site; under /api/ they answer in REST's shape. They ask the database for nothing."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


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
    detail = "The page you sent this from is of an older session. Nothing was changed. Go back, reload the page, and send it again."
    return _answer(request, 403, "This page has grown old", detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request, 404, "Not found", "There is nothing here, or it belongs to an account you are no member of."
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(
        request, 500, "Something broke", "The error was written down. Nothing you sent was half done."
    )


def _answer(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {
        "title": title,
        "detail": detail,
        "status": status,
        "back": request.META.get("HTTP_REFERER", ""),
    }
    return render(request, "error.html", context, status=status)
