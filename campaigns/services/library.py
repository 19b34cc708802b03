"""Reading what ads of an account can show: videos, pictures, and posts of its TikTok identities (platform 6)."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db import models

from campaigns.models import Advertiser, Picture, Post, Video
from campaigns.models.assets import cut_name
from campaigns.sync.gateway import collect_pages
from campaigns.tiktok.client import TikTokClient

POST_KINDS = ("VIDEO", "CAROUSEL")  # platform 6.5, item_type
POST_PAGES = 50  # of 20 posts: of each identity and kind the newest thousand; an older one is typed by its id
POST_PUBLIC = "ITEM_STATUS_HESITATE_RECOMMEND"  # platform 6.5


def _read_videos(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    account = advertiser.advertiser_id
    rows = collect_pages(
        "file/video/ad/search/", lambda page: client.list_videos(advertiser_id=account, page=page)
    )
    return [
        Video(
            advertiser=advertiser,
            video_id=str(row["video_id"]),
            name=cut_name(row.get("file_name") or row["video_id"]),
            duration=_seconds(row),
            width=_pixels(row, "width"),
            height=_pixels(row, "height"),
        )
        for row in rows
    ]


def _read_pictures(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    account = advertiser.advertiser_id
    rows = collect_pages(
        "file/image/ad/search/", lambda page: client.list_pictures(advertiser_id=account, page=page)
    )
    return [
        Picture(
            advertiser=advertiser,
            image_id=str(row["image_id"]),
            name=cut_name(row.get("file_name") or ""),
            address="",
            width=_pixels(row, "width"),
            height=_pixels(row, "height"),
            carousel=row["is_carousel_usable"] if isinstance(row.get("is_carousel_usable"), bool) else None,
        )
        for row in rows
    ]


def _read_posts(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    """Of the identities that were read before; a post that two of them may use is listed once."""
    found: dict[str, models.Model] = {}
    for identity in advertiser.identities.exclude(identity_type="CUSTOMIZED_USER"):
        for kind in POST_KINDS:
            for row in _walk_posts(client, advertiser, identity, kind):
                video = row.get("video_info") or {}
                found.setdefault(
                    str(row["item_id"]),
                    Post(
                        advertiser=advertiser,
                        item_id=str(row["item_id"]),
                        name=cut_name(row.get("text") or row["item_id"]),
                        kind=str(row.get("item_type") or kind)[:16],
                        identity_type=identity.identity_type,
                        identity_id=identity.identity_id,
                        bc_id=identity.bc_id,
                        public=row["status"] == POST_PUBLIC if row.get("status") else None,
                        duration=_seconds(video),
                        width=_pixels(video, "width"),
                        height=_pixels(video, "height"),
                    ),
                )
    return list(found.values())


def _walk_posts(
    client: TikTokClient, advertiser: Advertiser, identity: Any, kind: str
) -> Iterator[dict[str, Any]]:
    cursor = 0
    for _ in range(POST_PAGES):
        data = client.list_posts(
            advertiser_id=advertiser.advertiser_id,
            identity_type=identity.identity_type,
            identity_id=identity.identity_id,
            bc_id=identity.bc_id,
            kind=kind,
            cursor=cursor,
        ).data
        yield from data.get("video_list") or ()
        cursor = data.get("cursor") or 0
        if not data.get("has_more"):
            return


LIBRARY_READERS: dict[str, Callable[[TikTokClient, Advertiser], list[models.Model]]] = {
    "videos": _read_videos,
    "pictures": _read_pictures,
    "posts": _read_posts,
}


def _seconds(row: dict[str, Any]) -> Decimal | None:
    return Decimal(str(row["duration"])) if row.get("duration") is not None else None


def _pixels(row: dict[str, Any], name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
