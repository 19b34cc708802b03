"""Answers are read strictly, and each has one meaning."""

import json

import pytest

from campaigns.tiktok.errors import Meaning, TikTokError, read_meaning
from campaigns.tiktok.transport import Transport
from campaigns.tiktok.wire import read_answer, read_page


def answer(body: object, status: int = 200) -> object:
    return read_answer("x/", status, json.dumps(body).encode(), {"X-TT-LOGID": "log-1"})


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (200, 0, Meaning.DONE),
        (200, 40002, Meaning.REFUSED),
        (200, 40007, Meaning.MISSING),
        (200, 40050, Meaning.DUPLICATE),
        (200, 40100, Meaning.THROTTLED),
        (200, 40016, Meaning.THROTTLED),
        (200, 40132, Meaning.THROTTLED),
        (200, 40133, Meaning.THROTTLED),
        (429, None, Meaning.THROTTLED),
        (200, 40105, Meaning.TOKEN),
        (200, 40001, Meaning.PERMISSION),
        (200, 40118, Meaning.ALLOWLIST),
        (200, 40202, Meaning.CONFLICT),
        (200, 50000, Meaning.UNSURE),
        (200, 51002, Meaning.UNSURE),
        (200, 20001, Meaning.UNSURE),
        (200, 60001, Meaning.THROTTLED),
        (200, 49999, Meaning.REFUSED),
        (200, 70000, Meaning.UNSURE),
        (502, None, Meaning.UNSURE),
        (404, None, Meaning.REFUSED),
        (200, None, Meaning.UNSURE),
    ],
)
def test_every_code_has_one_meaning(status: int, code: int | None, meaning: Meaning) -> None:
    assert read_meaning(http_status=status, code=code) is meaning


def test_a_success_gives_its_data_and_its_log_id() -> None:
    read = answer({"code": 0, "message": "OK", "request_id": "r1", "data": {"campaign_id": "1"}})
    assert (read.data, read.request_id) == ({"campaign_id": "1"}, "r1")


def test_a_code_written_as_text_is_understood() -> None:
    assert answer({"code": "0", "data": {}}).data == {}


def test_an_error_keeps_code_message_and_log_id() -> None:
    with pytest.raises(TikTokError) as caught:
        answer({"code": 40002, "message": "budget: too low", "request_id": "r2", "data": {}})
    error = caught.value
    assert (error.code, error.message, error.request_id) == (40002, "budget: too low", "r2")


def test_an_unlisted_code_is_kept_whole() -> None:
    with pytest.raises(TikTokError) as caught:
        answer({"code": 41021, "message": "slow down", "data": {}})
    assert caught.value.code == 41021


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"null", b'{"message": "no code"}', b"\xff\xfe"])
def test_an_answer_that_is_no_envelope_is_unsure(content: bytes) -> None:
    with pytest.raises(TikTokError) as caught:
        read_answer("x/", 200, content, {})
    assert caught.value.meaning is Meaning.UNSURE


def test_a_page_without_totals_is_no_empty_page() -> None:
    with pytest.raises(TikTokError):
        read_page("x/", answer({"code": 0, "data": {"list": []}}))


def test_a_refused_connection_never_carried_the_request() -> None:
    transport = Transport(base_url="http://127.0.0.1:9/", token="secret", timeout=2)
    with pytest.raises(TikTokError) as caught:
        transport.post("x/", {})
    assert caught.value.meaning is Meaning.UNREACHABLE


def test_no_error_shows_the_token() -> None:
    transport = Transport(base_url="http://127.0.0.1:9/", token="secret-token", timeout=2)
    with pytest.raises(TikTokError) as caught:
        transport.get("x/", {})
    assert "secret-token" not in f"{caught.value!r} {caught.value.as_json()} {caught.value.__cause__!r}"
