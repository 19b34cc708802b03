"""The OpenAPI document, and a page to try it. Both name no account and ask for no login."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Document(SpectacularAPIView):
    pass


class TryPage(SpectacularSwaggerSplitView):
    template_name = "api/docs.html"
    url_name = "api-schema"
