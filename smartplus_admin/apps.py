"""The wiring as a Django app: loads the Celery app, and carries the `demo` command."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "smartplus_admin"

    def ready(self) -> None:
        # In every process that has Django, so that no task is ever sent to Celery's default broker. Not in
        # the package's __init__: the sandbox lives in this package and must start without Celery.
        from smartplus_admin import celery  # noqa: F401
