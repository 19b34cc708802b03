"""The Celery app. Knows the settings and the two transports; tasks are found in `campaigns.tasks`."""

import os
import sys

from celery import Celery, signals
from django.db import close_old_connections
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
# Celery would close every connection around every task, and PostgreSQL start a process for each. As around a request, they
# are kept for as long as CONN_MAX_AGE says, and asked whether they still work before they are used again.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize
signals.task_prerun.connect(close_old_connections)
signals.task_postrun.connect(close_old_connections)
