"""What a tree of an account can name: what the account owns beside its campaigns, whom it may target, its URL parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import examples, examples_read
from campaigns.api.gate import DOOR, Gate, find_account, read_body
from campaigns.api.problems import malformed
from campaigns.api.shapes import TEXT, TIME_OR_NULL, Described, Shape
from campaigns.api.trees import show_time
from campaigns.models import Advertiser
from campaigns.services.utm import set_utm
from campaigns.sync.clock import read_now

MANY = 2_000  # of one kind; a tree may name others too
FLAG_OR_NULL: Described = {"type": ["boolean", "null"]}
COUNT_OR_NULL: Described = {"type": ["integer", "null"]}
SECONDS: Described = {"type": ["number", "null"], "description": "seconds"}
SIZE: dict[str, tuple[str, Described]] = {
    "width": ("width", COUNT_OR_NULL),
    "height": ("height", COUNT_OR_NULL),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One list of the library: how its rows are called in the document, and each member's column and schema."""

    row: str
    about: str
    members: Mapping[str, tuple[str, Described]]


KINDS: Mapping[str, Kind] = {
    "pixels": Kind(
        "PixelRow",
        "`events`: the values of optimization_event that it lists; `code`: what the guides write.",
        {
            "pixel_id": ("pixel_id", TEXT),
            "code": ("code", TEXT),
            "name": ("name", TEXT),
            "events": ("events", {"type": "array", "items": TEXT}),
        },
    ),
    "identities": Kind(
        "IdentityRow",
        "A name under which ads appear.",
        {
            "identity_id": ("identity_id", TEXT),
            "identity_type": ("identity_type", TEXT),
            "identity_authorized_bc_id": ("bc_id", TEXT),
            "name": ("name", TEXT),
        },
    ),
    "videos": Kind(
        "VideoRow",
        "",
        {"video_id": ("video_id", TEXT), "name": ("name", TEXT), "duration": ("duration", SECONDS), **SIZE},
    ),
    "pictures": Kind(
        "PictureRow",
        "`image_id` is what `web_uri` takes. `address`: where we uploaded it from; empty: found in the account's library.",
        {"image_id": ("image_id", TEXT), "name": ("name", TEXT), "address": ("address", TEXT), **SIZE},
    ),
    "posts": Kind(
        "PostRow",
        "A post of one of the account's identities, for a Spark ad.",
        {
            "tiktok_item_id": ("item_id", TEXT),
            "name": ("name", TEXT),
            "kind": ("kind", TEXT),
            "identity_type": ("identity_type", TEXT),
            "identity_id": ("identity_id", TEXT),
            "identity_authorized_bc_id": ("bc_id", TEXT),
            "public": ("public", FLAG_OR_NULL),
            "duration": ("duration", SECONDS),
            **SIZE,
        },
    ),
    "places": Kind(
        "PlaceRow",
        "`parent_id` is the place that holds it, empty of a country.",
        {
            "location_id": ("location_id", TEXT),
            "name": ("name", TEXT),
            "region_code": ("region_code", TEXT),
            "level": ("level", TEXT),
            "parent_id": ("parent_id", TEXT),
        },
    ),
    "languages": Kind("LanguageRow", "", {"code": ("code", TEXT), "name": ("name", TEXT)}),
    "interests": Kind(
        "InterestRow",
        "",
        {"category_id": ("category_id", TEXT), "name": ("name", TEXT), "parent_id": ("parent_id", TEXT)},
    ),
    "audiences": Kind(
        "AudienceRow",
        "`size`: TikTok's count of people; null: not told.",
        {
            "audience_id": ("audience_id", TEXT),
            "name": ("name", TEXT),
            "kind": ("kind", TEXT),
            "size": ("size", COUNT_OR_NULL),
            "valid": ("valid", FLAG_OR_NULL),
            "expiring": ("expiring", FLAG_OR_NULL),
        },
    ),
}


def _describe(kind: Kind) -> type[Shape]:
    members = {name: schema for name, (_, schema) in kind.members.items()}
    return type(kind.row, (Shape,), {"about": kind.about, "members": members})


class UtmParam(Shape):
    members = {"key": TEXT, "value": TEXT}


class Library(Shape):
    about = f"As last read, at most {MANY:,} of a kind. `videos_read_at` null: videos were never read; a tree may name any."
    members = {
        "advertiser_id": TEXT,
        **{name: [_describe(kind)] for name, kind in KINDS.items()},
        "utm_params": [UtmParam],
        "videos_read_at": TIME_OR_NULL,
    }


class OneLibrary(Gate):
    @extend_schema(
        summary="What a tree of this account can name: what it owns, whom it may target, its URL parameters",
        parameters=[OpenApiParameter("q", str, description="only rows whose name has this in it")],
        responses={200: Library},
        examples=[examples_read.LIBRARY],
    )
    def get(self, request: Request, advertiser_id: str) -> Response:
        account = find_account(self.person, {"advertiser_id": advertiser_id})
        text = request.query_params.get("q", "")
        if "\x00" in text:
            raise malformed("q", "take the NUL character out of the text")
        return Response(
            {
                "advertiser_id": account.advertiser_id,
                **{name: _list(account, name, kind, text[:100]) for name, kind in KINDS.items()},
                "utm_params": account.utm_params,
                "videos_read_at": account.videos_read_at and show_time(account.videos_read_at),
            }
        )


class UtmSet(Shape):
    about = "The URL parameters of the account's landing pages; an empty list takes the set away."
    members = {"utm_params": [UtmParam]}


class OneUtmSet(Gate):
    @extend_schema(
        summary="Set the URL parameters that landing pages get; administrators who are signed in only",
        description="Ads keep what they have: findings tell which of them lack a parameter, with the repair.",
        request=UtmSet,
        responses={200: UtmSet},
        examples=[examples.UTM],
    )
    def put(self, request: Request, advertiser_id: str) -> Response:
        account = find_account(self.person, {"advertiser_id": advertiser_id})
        params = _read_params(read_body(request).get("utm_params"))
        saved = set_utm(actor=self.person, door=DOOR, advertiser=account, params=params, now=read_now())
        return Response({"utm_params": saved})


def _read_params(given: Any) -> list[dict[str, str]]:
    if not isinstance(given, list):
        raise malformed("utm_params", "write a list, [ … ]")
    params = []
    for index, item in enumerate(given):
        match item:
            case {"key": str(key), "value": str(value)}:
                params.append({"key": key, "value": value})
            case _:
                raise malformed(f"utm_params/{index}", 'write {"key": "utm_source", "value": "tiktok"}')
    return params


def _list(account: Advertiser, name: str, kind: Kind, text: str) -> list[dict[str, Any]]:
    rows = (
        getattr(account, name)
        .filter(name__icontains=text)
        .values(*{column for column, _ in kind.members.values()})
    )
    return [{name: _show(row[column]) for name, (column, _) in kind.members.items()} for row in rows[:MANY]]


def _show(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
