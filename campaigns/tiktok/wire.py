"""TikTok's envelope and pages: strict reading of answers. Knows no endpoint."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.contract.codes import explain_code
from campaigns.tiktok.errors import Meaning, TikTokError, read_meaning


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: its data, which may hold a token and is no part of how it is shown, and TikTok's log id."""

    data: dict[str, Any] = field(repr=False)
    request_id: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[dict[str, Any]]
    page: int
    total_pages: int
    total_rows: int


def read_answer(endpoint: str, http_status: int, content: bytes, headers: Mapping[str, str]) -> Answer:
    """The data of a success. Raises TikTokError for everything else; the code outranks the HTTP status."""
    log_id = next((value for name, value in headers.items() if name.lower() == "x-tt-logid"), "")
    try:
        envelope = json.loads(content)
        code = int(envelope["code"])  # some answers carry it as text (platform 1.1)
    except (ValueError, TypeError, KeyError) as error:
        meaning = read_meaning(http_status=http_status, code=None)
        raise TikTokError(
            meaning,
            f"what came back is no answer of TikTok's (HTTP {http_status})",
            endpoint=endpoint,
            request_id=log_id,
        ) from error
    request_id = str(envelope.get("request_id") or log_id)
    meaning = read_meaning(http_status=http_status, code=code)
    data = envelope.get("data")
    if meaning is not Meaning.DONE:
        message = str(envelope.get("message") or explain_code(code))
        raise TikTokError(meaning, message, endpoint=endpoint, code=code, request_id=request_id)
    if not isinstance(data, dict):
        if data is None:
            data = {}
        elif isinstance(data, list):
            data = {"list": data}  # uploads answer with a bare list (platform 6.1)
        else:
            raise TikTokError(
                Meaning.UNSURE, "the answer's data is no object", endpoint=endpoint, request_id=request_id
            )
    return Answer(data, request_id)


def read_page(endpoint: str, answer: Answer, rows_member: str = "list") -> Page:
    """One page of a list. Raises TikTokError where rows or totals are missing: a short answer is no empty account."""
    rows, info = answer.data.get(rows_member), answer.data.get("page_info")
    if not isinstance(rows, list) or not isinstance(info, dict):
        raise TikTokError(
            Meaning.UNSURE,
            "the page has no rows or no totals",
            endpoint=endpoint,
            request_id=answer.request_id,
        )
    try:
        return Page(rows, int(info["page"]), int(info["total_page"]), int(info["total_number"]))
    except (KeyError, TypeError, ValueError) as error:
        raise TikTokError(
            Meaning.UNSURE,
            "the page's totals are unreadable",
            endpoint=endpoint,
            request_id=answer.request_id,
        ) from error
