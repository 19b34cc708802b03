"""Bodies in chunks, as gunicorn hands them over: read like any other, and refused where they are too long."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.test import Client

from tests import factories

LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Pouring(BytesIO):
    """A stream that never ends, and counts what was taken of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None and 0 <= size <= LIMIT + 1, "no more than the limit is asked for"
        self.taken += size
        return b" " * size


class Broken(BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError("a chunk of no length")


def send(stream: Any) -> Any:
    client = Client()
    client.force_login(factories.make_person())
    chunked = {
        "CONTENT_TYPE": "application/json",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": stream,
        "wsgi.input_terminated": True,
    }
    return client.generic("POST", "/api/v1/campaigns/validate/", **chunked)


def test_a_body_in_chunks_is_read(db: None) -> None:
    answer = send(BytesIO(b'{"advertiser_id": "17"}'))
    assert (answer.status_code, answer.json()["problems"][0]["path"]) == (404, "advertiser_id")


def test_a_body_in_chunks_over_5_mb_is_413_and_not_read_to_its_end(db: None) -> None:
    stream = Pouring()
    answer = send(stream)
    assert (answer.status_code, answer.json()["code"], stream.taken) == (413, "too_large", LIMIT + 1)


def test_chunks_that_break_are_400(db: None) -> None:
    assert send(Broken()).status_code == 400
