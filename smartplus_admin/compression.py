"""Pages and files go out compressed to whoever takes it; production's files are compressed once and for all, by WhiteNoise."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class Compression(GZipMiddleware):
    """Leaves REST alone: its ETag is the version of what was read, and a compressed one would be another. Django adds a
    random number of bytes to each answer, so that its length tells nothing of the secrets in it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            return response
        if request.path.startswith(settings.STATIC_URL):
            del response["ETag"]  # it would no longer be that of the file; when it was changed says enough
        return super().process_response(request, response)
