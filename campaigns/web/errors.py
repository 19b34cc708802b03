"""Error pages of the whole site; under /api/ they answer in REST's shape."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


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
    return render(request, "error.html", {"title": title, "detail": detail, "status": status}, status=status)
