"""The addresses of the whole site: pages, REST, Django's admin, and those that monitors ask."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from smartplus_admin import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    # Django's own form would let people past the second factor
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
    path("api/v1/", include("campaigns.api.urls")),
    path("", include("campaigns.web.urls")),
]

handler400 = "campaigns.web.errors.bad_request"
handler403 = "campaigns.web.errors.forbidden"
handler404 = "campaigns.web.errors.not_found"
handler500 = "campaigns.web.errors.server_error"
