"""The videos, pictures and posts of an account, searched and paged for whoever chooses creatives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from campaigns.models import Advertiser

PAGE = 24
KINDS: Mapping[str, str] = {"videos": "video_id", "pictures": "image_id", "posts": "item_id"}
RATIOS: Mapping[str, Q] = {
    "portrait": Q(height__gt=F("width")),
    "square": Q(height=F("width")),
    "landscape": Q(height__lt=F("width")),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a creative can show. `warning`: a reason to think twice."""

    key: str
    name: str
    seconds: float | None
    size: str  # such as 1080 × 1920
    tall: bool
    warning: str
    row: Any


@dataclass(frozen=True, slots=True)
class Library:
    pieces: tuple[Piece, ...]
    total: int  # that fit
    page: int
    pages: int


def find_pieces(
    advertiser: Advertiser, kind: str, *, text: str = "", ratio: str = "", page: int = 1
) -> Library:
    """`kind` is a key of KINDS. A text is looked for in names; an id is found whole."""
    rows = _rows(advertiser, kind)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(**{KINDS[kind]: text}))
    if ratio in RATIOS:
        rows = rows.filter(RATIOS[ratio])
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return Library(tuple(_dress(kind, row) for row in shown), total, page, pages)


def read_pieces(advertiser: Advertiser, kind: str, keys: list[str]) -> list[Piece]:
    """The chosen ones in the order of choosing; those that are not in the library are left out."""
    rows = _rows(advertiser, kind).filter(**{f"{KINDS[kind]}__in": keys})
    found = {piece.key: piece for piece in (_dress(kind, row) for row in rows)}
    return [found[key] for key in keys if key in found]


def count_pieces(advertiser: Advertiser) -> dict[str, int]:
    return {kind: _rows(advertiser, kind).count() for kind in KINDS}


def _rows(advertiser: Advertiser, kind: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = getattr(advertiser, kind).all()
    return rows.filter(address="") if kind == "pictures" else rows


def _dress(kind: str, row: Any) -> Piece:
    key = getattr(row, KINDS[kind])
    seconds = getattr(row, "duration", None)
    return Piece(
        key,
        row.name or key,
        float(seconds) if seconds is not None else None,
        f"{row.width} × {row.height}" if row.width and row.height else "",
        bool(row.width and row.height and row.height > row.width),
        _warn(kind, row),
        row,
    )


def _warn(kind: str, row: Any) -> str:
    if kind == "pictures" and row.carousel is False:
        return "TikTok does not take it for a carousel"
    return "not public" if kind == "posts" and row.public is False else ""
