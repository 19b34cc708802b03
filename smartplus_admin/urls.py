"""The addresses of the whole site: pages, REST, Django's admin, and one to ask whether we live."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, and no more: a probe that asked the database would restart a web server that is well."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("campaigns.api.urls")),
    path("", include("campaigns.web.urls")),
]

handler400 = "campaigns.web.errors.bad_request"
handler403 = "campaigns.web.errors.forbidden"
handler404 = "campaigns.web.errors.not_found"
handler500 = "campaigns.web.errors.server_error"
