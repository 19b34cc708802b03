"""Small pictures out of our own store: nothing of TikTok's is loaded by a page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaigns import queries
from campaigns.models import Thumbnail
from campaigns.web.guard import page, person_of

AGE = 3_600  # seconds a browser keeps one; its address changes with it


@page
@require_safe
def _show(request: HttpRequest, pk: int) -> HttpResponse:
    seen = queries.visible_to(person_of(request))
    row = Thumbnail.objects.filter(pk=pk, advertiser__in=seen, size__gt=0).first()
    if row is None or row.content is None:
        raise Http404("no such picture among the person's accounts")
    response = HttpResponse(bytes(row.content), content_type=row.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    return response


def show_thumbnail(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture as it was fetched, for members of its account; kept by the browser for an hour."""
    response = _show(request, pk)
    if response.status_code == 200:
        response["Cache-Control"] = f"private, max-age={AGE}"
    return response
