"""The least-change repair over REST: only when asked for, never applied by itself."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Change
from campaigns.services import repairing
from tests.api.conftest import API, rules
from tests.api.test_document import check, document  # noqa: F401  # a fixture

VALIDATE = f"{API}campaigns/validate/"


def test_it_is_looked_for_only_when_asked(
    client: APIClient, tree: dict[str, Any], draft: dict[str, Any]
) -> None:
    one = f"{API}campaigns/{draft['id']}/"
    assert "repair" not in client.post(VALIDATE, tree).json()
    assert "repair" not in client.get(one).json()
    assert client.post(f"{VALIDATE}?repair=1", tree).json()["repair"] is None
    assert client.get(one, {"repair": "1"}).json()["repair"] is None
    answer = client.get(one, {"repair": "perhaps"})
    assert (answer.status_code, answer.json()["problems"][0]["path"]) == (400, "repair")


def test_its_changes_leave_no_refusal_and_say_what_they_cost(client: APIClient, tree: dict[str, Any]) -> None:
    tree = tree | {"budget": 1}
    assert rules(client.post(VALIDATE, tree).json()["findings"], "refuse")
    repair = client.post(f"{VALIDATE}?repair=1", tree).json()["repair"]
    assert repair["changes"] == [{"path": "budget", "value": "50.00"}]
    assert repair["raises_exposure"] is True
    assert (repair["exposure_before"]["worst_day"], repair["exposure_after"]["worst_day"]) == (
        "1.25",
        "62.50",
    )
    assert "61.25" in repair["label"]
    mended = tree | {change["path"]: change["value"] for change in repair["changes"]}
    assert rules(client.post(VALIDATE, mended).json()["findings"], "refuse") == {}


def test_a_draft_with_its_repair_comes_back_as_it_is_and_is_not_changed(
    client: APIClient, tree: dict[str, Any]
) -> None:
    draft = client.post(f"{API}campaigns/", tree | {"budget": 1}).json()
    one = f"{API}campaigns/{draft['id']}/"
    shown = client.get(one, {"repair": "1"}).json()
    assert shown["repair"]["changes"]
    assert client.get(one).json()["budget"] == "1.00"
    assert Change.objects.filter(act="edited").count() == 0
    assert client.put(one, shown).status_code == 200


def test_a_search_that_takes_too_long_ends_without_a_repair(
    client: APIClient, tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairing, "PATIENCE", -1.0)
    answer = client.post(f"{VALIDATE}?repair=1", tree | {"budget": 1})
    assert (answer.status_code, answer.json()["repair"]) == (200, None)


def test_the_answers_are_as_the_document_says(
    client: APIClient,
    account: Advertiser,
    tree: dict[str, Any],
    document: dict[str, Any],  # noqa: F811
) -> None:
    draft = client.post(f"{API}campaigns/", tree | {"budget": 1}).json()
    one = f"{API}campaigns/{draft['id']}/"
    check(document, client.get(one, {"repair": "1"}), (f"{API}campaigns/{{id}}/", "get"))
    check(document, client.post(f"{VALIDATE}?repair=1", tree | {"budget": 1}), (VALIDATE, "post"))
    check(document, client.post(f"{VALIDATE}?repair=1", tree), (VALIDATE, "post"))
