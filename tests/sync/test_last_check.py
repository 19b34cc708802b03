"""The last check speaks about the object that is about to be made, and costs a big launch little."""

import copy
from typing import Any

import pytest

from campaigns.models import AdGroup, Push
from campaigns.sync import lastcheck
from campaigns.sync.plan import owner_of
from tests.sync.conftest import World


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("", ""),
        ("budget", ""),
        ("adgroups", ""),
        ("adgroups/1/bid_type", "adgroups/1"),
        ("adgroups/10/bid_type", "adgroups/10"),
        ("adgroups/1/ads", "adgroups/1"),
        ("adgroups/1/ads/2", "adgroups/1/ads/2"),
        ("adgroups/1/ads/2/ad_text_list/0/ad_text", "adgroups/1/ads/2"),
    ],
)
def test_a_finding_is_about_the_innermost_object_that_its_path_names(path: str, owner: str) -> None:
    assert owner_of(path) == owner


def test_a_tree_is_judged_once_and_not_for_every_object_of_it(
    strict: World, spark_tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    group = spark_tree["adgroups"][0]
    spark_tree["adgroups"] = [{**copy.deepcopy(group), "adgroup_name": f"Group {n}"} for n in range(4)]
    judged: list[int] = []
    plain = lastcheck.resolve_tree
    monkeypatch.setattr(lastcheck, "resolve_tree", lambda **given: judged.append(1) or plain(**given))
    strict.launch(strict.draft(spark_tree))
    assert strict.settle(seconds=50)
    assert len(judged) == 1


def test_what_became_wrong_since_the_last_judgement_is_seen(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    strict.work_until(lambda: strict.push("campaign").state == "done")
    group = AdGroup.objects.get()
    AdGroup.objects.update(wanted={**group.wanted, "optimization_event": "NO_SUCH_EVENT"})
    strict.settle(seconds=30)
    assert Push.objects.get(adgroup=group, aspect="body").state == "refused"
