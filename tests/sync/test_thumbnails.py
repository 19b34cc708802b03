"""Small pictures of the library: fetched by a worker from where TikTok says, judged, bounded, and served by us alone."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from campaigns.models import Post, Thumbnail
from campaigns.sync import thumbnails
from campaigns.sync.gateway import Road
from campaigns.sync.thumbnails import fetch_thumbnails, want_thumbnails
from smartplus_admin.sandbox.pictures import point_to, show_picture
from tests.factories import NOW, add_assets, make_advertiser, make_person

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
FILES = {
    "/ok.png": (200, "image/png", PNG),
    "/page.png": (200, "text/html", b"<script>alert(1)</script>"),
    "/drawing.svg": (200, "image/svg+xml", b"<svg onload='alert(1)'/>"),
    "/said.png": (200, "text/html", PNG),
    "/large.png": (200, "image/png", PNG + b"x" * thumbnails.LARGEST),
    "/gone.png": (404, "image/png", PNG),
    "/away.png": (302, "image/png", b""),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, kind, content = FILES[self.path]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "/ok.png")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *said):
        """Nothing on the console."""


@pytest.fixture(scope="module")
def files():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass
class Client:
    """TikTok's side: says where each picture is."""

    addresses: dict[str, str]
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def describe_media(self, *, advertiser_id, kind, ids):
        self.asked.append((kind, tuple(ids)))
        name, address = {"video": ("video_id", "video_cover_url"), "image": ("image_id", "image_url")}[kind]
        return [{name: key, address: self.addresses[key]} for key in ids if key in self.addresses]

    def describe_post(self, *, item_id, **named):
        self.asked.append(("post", (item_id,)))
        return type(
            "Answer", (), {"data": {"video_detail": {"video_info": {"poster_url": self.addresses[item_id]}}}}
        )


@pytest.fixture
def account():
    account = make_advertiser(people={make_person("bea"): "viewer"})
    add_assets(account)
    return account


def fetch(account, addresses, now=NOW, **more):
    client = Client(addresses)
    return fetch_thumbnails(account.pk, Road(open_client=lambda connection: client), now=now, **more), client


def test_a_wanted_picture_is_fetched_once_and_kept(account, files):
    assert want_thumbnails(account, "videos", ["v11"], now=NOW) == {}
    came, client = fetch(account, {"v11": f"{files}/ok.png"})
    assert (came, client.asked) == (1, [("video", ("v11",))])
    row = Thumbnail.objects.get()
    assert (bytes(row.content), row.content_type) == (PNG, "image/png")
    assert want_thumbnails(account, "videos", ["v11"], now=NOW) == {"v11": row.pk}
    assert fetch(account, {})[1].asked == []


def test_pictures_and_posts_come_the_same_way(account, files):
    Post.objects.create(
        advertiser=account,
        item_id="7",
        name="On the ridge",
        kind="VIDEO",
        identity_type="TT_USER",
        identity_id="t",
    )
    want_thumbnails(account, "pictures", ["p1"], now=NOW)
    want_thumbnails(account, "posts", ["7"], now=NOW)
    assert fetch(account, {"p1": f"{files}/ok.png", "7": f"{files}/ok.png"})[0] == 2


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("page.png", "no picture"),
        ("drawing.svg", "no picture"),
        ("said.png", "no picture"),
        ("large.png", "too large"),
        ("gone.png", "answered 404"),
        ("away.png", "answered 302"),
    ],
)
def test_what_is_no_picture_is_not_kept_and_tried_again_in_an_hour(account, files, name, why):
    want_thumbnails(account, "videos", ["v11"], now=NOW)
    assert fetch(account, {"v11": f"{files}/{name}"})[0] == 0
    row = Thumbnail.objects.get()
    assert why in row.error
    assert row.content is None
    assert fetch(account, {"v11": f"{files}/ok.png"}, now=NOW + timedelta(minutes=59))[0] == 0
    assert fetch(account, {"v11": f"{files}/ok.png"}, now=NOW + timedelta(minutes=61))[0] == 1


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/a.png", "https://10.0.0.1/a.png", "https://[::1]/a.png", ""]
)
def test_a_private_address_is_not_called_while_the_remote_is_tiktok(account, settings, address):
    settings.TIKTOK_API_URL = "https://business-api.example.com/open_api/v1.3/"
    want_thumbnails(account, "videos", ["v11"], now=NOW)
    assert fetch(account, {"v11": address})[0] == 0
    assert Thumbnail.objects.get().error


def test_an_account_keeps_no_more_than_its_shelf(account, files):
    for minute, key in enumerate(("v11", "v12")):
        want_thumbnails(account, "videos", [key], now=NOW)
        fetch(account, {key: f"{files}/ok.png"}, now=NOW + timedelta(minutes=minute), shelf=len(PNG))
    assert [row.key for row in Thumbnail.objects.all()] == ["v12"]


def test_a_member_gets_the_picture_and_nothing_that_a_browser_would_run(account, client, files):
    want_thumbnails(account, "videos", ["v11"], now=NOW)
    fetch(account, {"v11": f"{files}/ok.png"})
    address = reverse("thumbnail", args=[Thumbnail.objects.get().pk])
    client.force_login(account.memberships.get().person)
    answer = client.get(address)
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, max-age=3600"
    client.force_login(make_person("eve"))
    assert client.get(address).status_code == 404


def test_the_sandbox_draws_a_picture_at_the_address_it_tells():
    address = point_to("http://127.0.0.1:1/", "ad-site/1", 1080, 1920)
    request = type("Request", (), {"path": address.removeprefix("http://127.0.0.1:1")})
    answer = show_picture(request)
    assert thumbnails.read_type(answer.data) == "image/png"
