"""What Django and django-csp do not say of a page: which powers of the browser it renounces."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# None of them is used anywhere; a script that came in all the same gets none either
RENOUNCED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
POLICY = ", ".join(f"{name}=()" for name in RENOUNCED)


class PermissionsPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response["Permissions-Policy"] = POLICY
        return response
