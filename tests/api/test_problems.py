"""Errors: each is a problem document that says what and where, whatever arrives."""

import json
from typing import Any

import pytest
from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.test import APIClient

from campaigns.api.problems import handle_exception
from campaigns.services.errors import Unreachable
from tests.api.conftest import API

CAMPAIGNS = f"{API}campaigns/"
VALIDATE = f"{API}campaigns/validate/"


def send(
    client: APIClient, body: str | bytes, address: str = VALIDATE, kind: str = "application/json"
) -> Any:
    return client.generic("POST", address, body, content_type=kind)


def test_a_problem_has_exactly_the_members_of_rfc_9457_and_a_code(client: APIClient) -> None:
    answer = client.get(f"{CAMPAIGNS}999999/")
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code"}
    assert (answer.json()["status"], answer.json()["title"]) == (404, "Not Found")


@pytest.mark.parametrize(
    ("method", "address", "status", "headers"),
    [
        ("get", f"{API}nothing/", 404, {}),
        ("get", f"{CAMPAIGNS}99999999999999999999999999/", 404, {}),
        ("patch", CAMPAIGNS, 405, {}),
        ("options", CAMPAIGNS, 405, {}),
        ("get", VALIDATE, 405, {}),
        ("get", CAMPAIGNS, 406, {"Accept": "text/html"}),
    ],
)
def test_every_error_is_a_problem(
    client: APIClient, method: str, address: str, status: int, headers: dict[str, str]
) -> None:
    answer = getattr(client, method)(address, headers=headers)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == status


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_another_content_type_is_415(client: APIClient, kind: str) -> None:
    answer = send(client, "a=b", kind=kind)
    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"17",
        b"\xff\xfe",
        b"{'a': 1}",
        b'{"budget": NaN}',
        b'{"budget": 50, "budget": 5000}',
        b'{"budget": Infinity}',
        b'{"budget": 1e999}',
        b'{"budget": ' + b"9" * 5000 + b"}",
        b'{"campaign_name": "\\u0000"}',
        b'{"campaign_name": "\\ud800"}',
        b'{"\\u0000": 1}',
        b"[" * 100_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
    ],
)
@pytest.mark.parametrize("address", [VALIDATE, CAMPAIGNS])
def test_what_is_no_storable_json_object_is_400(client: APIClient, body: bytes, address: str) -> None:
    answer = send(client, body, address)
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"
    assert answer.json()["problems"][0]["message"]


def test_a_text_that_no_database_holds_is_named_by_path(client: APIClient) -> None:
    answer = send(client, b'{"adgroups": [{"adgroup_name": "a\\u0000b"}]}')
    assert answer.json()["problems"][0]["path"] == "adgroups/0/adgroup_name"


def test_a_body_over_5_mb_is_413(client: APIClient, tree: dict[str, Any]) -> None:
    room = settings.DATA_UPLOAD_MAX_MEMORY_SIZE - len(json.dumps(tree | {"campaign_name": ""}))
    fits = json.dumps(tree | {"campaign_name": "x" * room})
    assert send(client, fits).status_code == 200
    answer = send(client, fits + " ")
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_a_length_that_is_no_number_is_413(client: APIClient) -> None:
    assert client.post(VALIDATE, {}, CONTENT_LENGTH="999999999999").status_code == 413


def test_throttling_says_when_to_come_back() -> None:
    answer = handle_exception(Throttled(wait=7.2), {})
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "8")


def test_an_unreachable_server_behind_us_is_502() -> None:
    answer = handle_exception(Unreachable("TikTok did not answer."), {})
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (502, "unreachable")


def test_what_nobody_anticipated_flies_on() -> None:
    assert handle_exception(ZeroDivisionError(), {}) is None
