"""How many statements a launch takes: most of a launch's time is theirs, and they creep up unseen."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import connection

from campaigns.models import Launch, Push
from campaigns.sync.push import advance
from campaigns.sync.verify import verify_launch
from tests.sync.conftest import STEP, World

# Measured: whoever needs one more says here why
OF_A_LAUNCH = 320  # of 1 x 2 x 2, from the first call to the last look, on whichever database takes more
# taking it, the last check (anew each minute), the meter (also whether a stop took its moment), marking it sent, settling;
# its switch goes with nineteen others
OF_ONE_MORE_AD = 22


class Counting:
    """Around what a worker does; the test's own questions are not counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        self.count += 1
        return execute(*given)


def count_statements(world: World, tree: dict[str, Any], groups: int, ads: int) -> int:
    """Launches, and carries it out to its end."""
    group = tree["adgroups"][0]
    ad = group["ads"][0]
    some = [{**copy.deepcopy(ad), "ad_name": f"Ad {number}"} for number in range(ads)]
    shape = [{**group, "adgroup_name": f"Group {number}", "ads": some} for number in range(groups)]
    launch = world.launch(world.draft({**tree, "adgroups": shape}))
    road = replace(world.road, sleep=world.pass_time)  # calls leave on their moment
    counting = Counting()
    while not Launch.objects.filter(pk=launch.pk, finished_at__isnull=False).exists():
        due = list(Push.objects.due(world.now).values_list("pk", flat=True))
        with connection.execute_wrapper(counting):
            worked = [advance(pk, road) for pk in due]
            worked.append(verify_launch(launch.pk, road))
        if not any(worked):
            world.pass_time(STEP)
    return counting.count


def test_a_launch_takes_no_more_statements_than_it_did(strict: World, spark_tree: dict[str, Any]) -> None:
    assert count_statements(strict, spark_tree, 2, 2) <= OF_A_LAUNCH


def test_one_more_ad_takes_no_more_statements_than_it_did(strict: World, spark_tree: dict[str, Any]) -> None:
    few, many = (count_statements(strict, spark_tree, 1, ads) for ads in (4, 12))
    assert many - few <= OF_ONE_MORE_AD * 8
