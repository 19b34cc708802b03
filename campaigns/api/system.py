"""What needs somebody, and how the installation is doing."""

from dataclasses import asdict
from datetime import timedelta

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples_read
from campaigns.api.gate import Gate
from campaigns.api.problems import not_found
from campaigns.api.shapes import NUMBER, TEXT, Shape
from campaigns.queries.attention import count_trouble
from campaigns.queries.system import read_system
from campaigns.rules.authority import Act
from campaigns.sync.clock import read_real_time

AGE = {"type": ["number", "null"], "description": "seconds; null: nothing waits, or nothing was ever heard"}


class AttentionCounts(Shape):
    about = (
        "How much of your accounts needs somebody. stuck: calls without a clear answer; drifting: campaigns that TikTok holds "
        "otherwise; denied: ads refused in review; refused: calls about live campaigns that TikTok refused; broken: changes of "
        "live campaigns that broke off by a fault of ours, until somebody tries them again."
    )
    members = {
        "stuck": NUMBER,
        "drifting": NUMBER,
        "denied": NUMBER,
        "refused": NUMBER,
        "broken": NUMBER,
        "proposals": {**NUMBER, "description": "that wait for you"},
    }


class Attention(Gate):
    @extend_schema(
        summary="How much needs somebody",
        responses={200: AttentionCounts},
        examples=[examples_read.ATTENTION],
    )
    def get(self, request: Request) -> Response:
        counts = asdict(count_trouble(self.person))
        return Response({**counts, "proposals": queries.count_news(self.person).needing})


class SystemRow(Shape):
    about = "`troubles`: why nothing should be sent here now, in words; empty where all is well."
    members = {
        "swept": AGE,
        "pushes": {"type": "object", "additionalProperties": NUMBER, "description": "open ones, by state"},
        "oldest_due": AGE,
        "last_sent": AGE,
        "launches_open": NUMBER,
        "readings_late": NUMBER,
        "readings_failed": NUMBER,
        "deliveries_waiting": NUMBER,
        "deliveries_failed": NUMBER,
        "surprises_today": NUMBER,
        "connections_refused": NUMBER,
        "troubles": {"type": "array", "items": TEXT},
    }


class System(Gate):
    @extend_schema(
        summary="How the installation is doing; for administrators of an account",
        description="A token cannot ask: no scope holds it. Monitors ask `/readyz` and `/metrics`.",
        responses={200: SystemRow},
    )
    def get(self, request: Request) -> Response:
        if not queries.accounts_for(self.person, Act.CONNECT).exists():
            raise not_found("This is for administrators of an account who are signed in.")
        state = read_system(now=read_real_time())
        shown = {
            name: value.total_seconds() if isinstance(value, timedelta) else value
            for name, value in asdict(state).items()
        }
        return Response({**shown, "troubles": state.list_troubles()})
