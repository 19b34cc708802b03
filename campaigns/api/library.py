"""What an account owns beside its campaigns, as a tree names it: pixels, identities, videos, pictures and places."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import examples_read
from campaigns.api.gate import Gate, find_account
from campaigns.api.shapes import TEXT, TIME, Shape
from campaigns.api.trees import show_time

MANY = 2_000  # of one kind; a tree may name others too
_TIME_OR_NULL = {**TIME, "type": ["string", "null"]}


class PixelRow(Shape):
    about = "`events` are the values of optimization_event that it lists; `code` is what the guides write."
    members = {"pixel_id": TEXT, "code": TEXT, "name": TEXT, "events": {"type": "array", "items": TEXT}}


class IdentityRow(Shape):
    members = {"identity_id": TEXT, "identity_type": TEXT, "identity_authorized_bc_id": TEXT, "name": TEXT}


class VideoRow(Shape):
    members = {
        "video_id": TEXT,
        "name": TEXT,
        "duration": {"type": ["number", "null"], "description": "seconds"},
    }


class PictureRow(Shape):
    about = "`address` is where we uploaded it from; empty: it was found in the account's library."
    members = {"image_id": TEXT, "name": TEXT, "address": TEXT}


class PlaceRow(Shape):
    members = {"location_id": TEXT, "name": TEXT, "region_code": TEXT}


class Library(Shape):
    about = f"As last read, at most {MANY:,} of a kind. `videos_read_at` null: videos were never read; a tree may name any."
    members = {
        "advertiser_id": TEXT,
        "pixels": [PixelRow],
        "identities": [IdentityRow],
        "videos": [VideoRow],
        "pictures": [PictureRow],
        "places": [PlaceRow],
        "videos_read_at": _TIME_OR_NULL,
    }


class OneLibrary(Gate):
    @extend_schema(
        summary="What a tree of this account can name: pixels, identities, videos, pictures, places",
        responses={200: Library},
        examples=[examples_read.LIBRARY],
    )
    def get(self, request: Request, advertiser_id: str) -> Response:
        account = find_account(self.person, {"advertiser_id": advertiser_id})
        read_at = account.videos_read_at
        return Response(
            {
                "advertiser_id": account.advertiser_id,
                "pixels": _list(account.pixels, "pixel_id", "code", "name", "events"),
                "identities": [
                    {
                        "identity_id": item.identity_id,
                        "identity_type": item.identity_type,
                        "identity_authorized_bc_id": item.bc_id,
                        "name": item.name,
                    }
                    for item in account.identities.all()[:MANY]
                ],
                "videos": [
                    {
                        "video_id": item.video_id,
                        "name": item.name,
                        "duration": None if item.duration is None else float(item.duration),
                    }
                    for item in account.videos.all()[:MANY]
                ],
                "pictures": _list(account.pictures, "image_id", "name", "address"),
                "places": _list(account.places, "location_id", "name", "region_code"),
                "videos_read_at": read_at and show_time(read_at),
            }
        )


def _list(rows: Any, *names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names)[:MANY])
