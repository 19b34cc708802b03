"""How the installation itself is doing: what is due and since when, and whether somebody works on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min

from campaigns.models import Advertiser, Delivery, Heartbeat, Keeping, Launch, Push, Reading, Surprise
from campaigns.rules.policy import house_policy

SWEEP = "sweep"
BEAT_SILENT = timedelta(seconds=30)  # the sweep comes every second and is noted every five
OLDEST_DUE = timedelta(minutes=5)  # a due row is taken within seconds while workers work


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of rows: for how many days policy keeps it, when it was last gone through, and how much went so far."""

    name: str
    days: int
    done_at: datetime | None
    removed: int

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


def list_kept() -> list[Kept]:
    """In the order of the policy's file."""
    rows = {row.name: row for row in Keeping.objects.all()}
    return [
        Kept(name, int(figure.value), row.done_at if row else None, row.removed if row else 0)
        for name, figure, row in (
            (key.removeprefix("keep."), figure, rows.get(key.removeprefix("keep.")))
            for key, figure in house_policy().figures.items()
            if key.startswith("keep.")
        )
    ]


@dataclass(frozen=True, slots=True)
class SystemState:
    """`ages` are None where nothing waits, or nothing was ever heard."""

    swept: timedelta | None
    pushes: dict[str, int]  # open rows, by state
    oldest_due: timedelta | None
    last_sent: timedelta | None
    launches_open: int
    readings_late: int
    readings_failed: int
    deliveries_waiting: int
    deliveries_failed: int
    surprises_today: int
    connections_refused: int

    def list_troubles(self) -> list[str]:
        """Why nothing should be sent here now, in words; empty where all is well."""
        troubles = []
        if self.swept is None or self.swept > BEAT_SILENT:
            heard = "was never heard" if self.swept is None else f"was last heard {_say(self.swept)} ago"
            troubles.append(f"The sweep {heard}: is a worker running, and the timer?")
        idle = self.last_sent is None or self.last_sent > OLDEST_DUE
        if idle and self.oldest_due is not None and self.oldest_due > OLDEST_DUE:
            troubles.append(f"A push has been due for {_say(self.oldest_due)} and nothing was sent since.")
        return troubles


def read_system(*, now: datetime) -> SystemState:
    """Ten small queries, each on an index or a short table."""
    beat = Heartbeat.objects.filter(name=SWEEP).first()
    states = Push.objects.exclude(state=Push.State.DONE).values_list("state").annotate(count=Count("pk"))
    oldest = Push.objects.due(now).order_by().aggregate(at=Min("opened_at"))["at"]
    taken = Push.objects.aggregate(at=Max("sent_at"))["at"]
    return SystemState(
        swept=_age(beat.at if beat else None, now),
        pushes=dict(states.order_by()),
        oldest_due=_age(oldest, now),
        last_sent=_age(taken, now),
        launches_open=Launch.objects.filter(finished_at=None).count(),
        readings_late=Reading.objects.due(now - OLDEST_DUE).count(),
        readings_failed=Reading.objects.exclude(error="").count(),
        deliveries_waiting=Delivery.objects.filter(state=Delivery.State.WAITING).count(),
        deliveries_failed=Delivery.objects.filter(state=Delivery.State.FAILED).count(),
        surprises_today=Surprise.objects.filter(at__gte=now - timedelta(days=1)).count(),
        connections_refused=Advertiser.objects.filter(
            disconnected_at=None, connection__refused_at__isnull=False
        ).count(),
    )


def _age(at: datetime | None, now: datetime) -> timedelta | None:
    return None if at is None else max(now - at, timedelta())


def _say(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
