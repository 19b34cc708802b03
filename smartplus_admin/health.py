"""What load balancers and monitors ask: alive, ready, and figures in Prometheus' words."""

import hmac
import ipaddress
from collections.abc import Iterator

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from campaigns.queries.system import SystemState, read_system
from campaigns.sync.clock import read_real_time


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, and no more: a probe that asked the database would restart a web server that is well."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Ready to take work: 503 with the reasons where something that the work needs is away."""
    troubles: list[str] = []
    try:
        troubles += read_system(now=read_real_time()).list_troubles()
    except DatabaseError:
        troubles.append("The database does not answer.")
    try:
        with current_app.connection_for_write(connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        troubles.append("The broker does not answer; what is due waits for the sweep.")
    answer = JsonResponse({"ready": not troubles, "troubles": troubles}, status=503 if troubles else 200)
    if troubles:
        answer["Retry-After"] = "10"
    return answer


def metrics(request: HttpRequest) -> HttpResponse:
    """The installation's figures: to whoever has SMARTPLUS_METRICS_TOKEN, and without one set to this machine alone."""
    if not _may_read(request):
        return HttpResponse("Send Authorization: Bearer … with SMARTPLUS_METRICS_TOKEN.\n", status=403)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_State())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    wanted = settings.SMARTPLUS_METRICS_TOKEN
    if wanted:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode())
    if "HTTP_X_FORWARDED_FOR" in request.META:  # came through a proxy on this machine
        return False
    return ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback


class _State(Collector):
    """Read from the database at each scrape, so that every web process says the same."""

    def collect(self) -> Iterator[Metric]:
        state = read_system(now=read_real_time())
        pushes = GaugeMetricFamily("smartplus_pushes", "Open outbox rows", labels=["state"])
        for name, count in state.pushes.items():
            pushes.add_metric([name], count)
        yield pushes
        yield from _gauges(state)


def _gauges(state: SystemState) -> Iterator[Metric]:
    ages = {
        "smartplus_sweep_age_seconds": ("Since the sweep last ran", state.swept),
        "smartplus_oldest_due_push_seconds": ("Since the oldest due push was opened", state.oldest_due),
        "smartplus_last_sent_seconds": ("Since a push last sent a call", state.last_sent),
    }
    for name, (words, age) in ages.items():
        if age is not None:
            yield GaugeMetricFamily(name, words, value=age.total_seconds())
    counts = {
        "smartplus_launches_open": ("Launches under way", state.launches_open),
        "smartplus_readings_late": ("Readings of accounts that are overdue", state.readings_late),
        "smartplus_readings_failed": ("Readings whose last try failed", state.readings_failed),
        "smartplus_deliveries_waiting": ("Webhook messages waiting", state.deliveries_waiting),
        "smartplus_deliveries_failed": ("Webhook messages given up", state.deliveries_failed),
        "smartplus_surprises_today": ("Refused by TikTok after our rules passed", state.surprises_today),
        "smartplus_connections_refused": ("Accounts whose token TikTok refuses", state.connections_refused),
    }
    for name, (words, count) in counts.items():
        yield GaugeMetricFamily(name, words, value=count)
