"""The OpenAPI document, and a page to try it. Both name no account and ask for no login."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Document(SpectacularAPIView):
    pass


class TryPage(SpectacularSwaggerSplitView):
    url_name = "api-schema"
