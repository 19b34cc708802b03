"""The addresses of the whole site: pages, REST, Django's admin, and those that monitors ask."""

from django.contrib import admin
from django.urls import include, path

from smartplus_admin import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("campaigns.api.urls")),
    path("", include("campaigns.web.urls")),
]

handler400 = "campaigns.web.errors.bad_request"
handler403 = "campaigns.web.errors.forbidden"
handler404 = "campaigns.web.errors.not_found"
handler500 = "campaigns.web.errors.server_error"
