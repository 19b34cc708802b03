"""The Celery app. Knows the settings and the two transports; tasks are found in `campaigns.tasks`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus_admin.settings")
TRANSPORT_ALIASES["localfs"] = "smartplus_admin.localfs:Transport"
for scheme in ("redis", "rediss"):
    TRANSPORT_ALIASES[scheme] = "smartplus_admin.redisbroker:Transport"

app = Celery("smartplus", task_cls="smartplus_admin.logs:NamedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
# "Current" holds for this thread only; a web server's other threads would fall on Celery's default broker.
app.set_default()
app.autodiscover_tasks(["campaigns"])
