"""The broker of the simulation: a Celery app whose messages are dropped, doubled and delivered late, as the seed decides."""

from collections.abc import Callable, Sequence
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from tests.simulate.scheduler import Scheduler

Handler = Callable[[str, int], None]


class Broker(Celery):
    """Takes what the outbox sends through Celery's current app. `deliver` gets each message that is not lost.

    It is away until the second `back`.
    """

    def __init__(self, scheduler: Scheduler, *, lost: float, doubled: float, back: float) -> None:
        super().__init__("simulated", set_as_current=False, broker="memory://")
        self.scheduler, self.lost, self.doubled, self.back = scheduler, lost, doubled, back
        self.deliver: Handler = lambda name, row_id: None

    def send_task(self, name: str, args: Sequence[Any] | None = None, **options: Any) -> None:  # type: ignore[override]
        draw = self.scheduler.random
        if self.scheduler.now < self.back:
            raise OperationalError("the broker is away on purpose")
        if draw.random() < self.lost:
            return
        [row_id] = args or ()
        for _ in range(2 if draw.random() < self.doubled else 1):
            self.scheduler.after(draw.uniform(0.0, 0.05), lambda: self.deliver(name, row_id))
