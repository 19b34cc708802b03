"""Bodies that come in chunks and say no length: read up to the limit, so that whoever looks at the length finds one.

Django takes a body without a length for an empty one. One that is over the limit is not read on; its length is told as
one byte too many, and whatever refuses a body for the length it declares refuses it.
"""

from collections.abc import Callable
from io import BytesIO

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from campaigns.web.errors import too_large


class BodyLimit:
    """Answers 413 to what declares a body over the limit, before anything reads it. Django counts no files of a form: they
    would go to the temporary folder whatever their size, though no page here takes one. REST has its own words for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        over = declared.isdigit() and int(declared) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if over and not request.path.startswith("/api/"):
            return too_large(request)
        return self._get_response(request)


class ChunkedBodies:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        # `wsgi.input_terminated`: the server takes the chunks apart and ends the stream
        if "HTTP_TRANSFER_ENCODING" in meta and meta.get("wsgi.input_terminated"):
            try:
                body = meta["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
            except OSError as error:
                raise BadRequest("The chunks of the body could not be read.") from error
            meta["CONTENT_LENGTH"] = str(len(body))
            request._stream = BytesIO(body)
        return self._get_response(request)
