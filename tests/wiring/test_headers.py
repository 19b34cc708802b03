"""What a browser is told with every answer, as production says it."""

from contextlib import closing

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings

from tests.factories import make_person

pytestmark = pytest.mark.django_db
LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
PRODUCTION = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 3600,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}


@pytest.fixture
def visitor():
    with override_settings(**PRODUCTION):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize("address", ["/login/", "/nothing-here/", "/api/v1/campaigns/", "/healthz"])
def test_every_answer_carries_them(visitor, address):
    answer = visitor.get(address, secure=True)
    allowed = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert (allowed["default-src"], allowed["script-src"], allowed["frame-ancestors"]) == (
        "'none'",
        "'self'",
        "'none'",
    )
    assert answer["Strict-Transport-Security"] == "max-age=3600"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_plain_http_is_led_to_tls(visitor):
    answer = visitor.get("/login/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/login/")


def test_cookies_are_for_tls_alone_and_no_script_reads_the_session(visitor):
    person = make_person("ana")
    person.set_password("long enough, this one")
    person.save()
    visitor.get("/login/", secure=True)
    visitor.post("/login/", {"username": "ana", "password": "long enough, this one"}, secure=True)
    session = visitor.cookies["smartplus_session"]
    assert (session["secure"], session["httponly"], session["samesite"]) == (True, True, "Lax")
    assert visitor.cookies["csrftoken"]["secure"]


@pytest.mark.parametrize("kind", ["field", "file"])
def test_a_form_over_the_limit_is_refused_before_anything_reads_it(visitor, kind):
    sent = {"field": "x" * LIMIT} if kind == "field" else {"file": SimpleUploadedFile("x.bin", b"x" * LIMIT)}
    answer = visitor.post("/login/", sent, secure=True)
    assert (answer.status_code, "larger than 5 MB" in answer.content.decode()) == (413, True)


@pytest.mark.parametrize(
    ("address", "encoding"), [("/today/", "gzip"), ("/static/app/app.css", "gzip"), ("/api/v1/schema/", "")]
)
def test_pages_and_files_go_out_compressed_and_rest_does_not(client, address, encoding):
    client.force_login(make_person())
    with closing(client.get(address, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.status_code == 200
        assert answer.get("Content-Encoding", "") == encoding


def test_who_takes_no_compression_gets_none(client):
    with closing(client.get("/static/app/app.css")) as answer:
        assert "Content-Encoding" not in answer
