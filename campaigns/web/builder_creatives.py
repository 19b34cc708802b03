"""Choosing creatives from the account's library: videos, pictures for a carousel, existing posts. A page of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from campaigns.contract.choices import SPARK_IDENTITIES
from campaigns.contract.levels import Level
from campaigns.contract.limits import CAROUSEL_IMAGES, CREATIVES_PER_AD
from campaigns.contract.paths import find_at
from campaigns.models import Ad, Advertiser, Campaign, Person, Thing
from campaigns.queries.library import KINDS, RATIOS, Piece, count_pieces, find_pieces, read_pieces
from campaigns.services import editing
from campaigns.services.errors import NotWellFormed
from campaigns.services.speakers import Hearing
from campaigns.sync.clock import read_now, read_real_time
from campaigns.sync.thumbnails import count_pending, want_thumbnails
from campaigns.web.builder_actions import ROWS, find_shared, list_tracks, read_rows, read_shared
from campaigns.web.builder_screen import find_lock, find_object, find_tree
from campaigns.web.builder_tree import read_tree
from campaigns.web.guard import is_fragment, page, person_of

COUNT_DIGITS = 6  # read of a page's number
LOOKS = 8  # how often a page asks whether its pictures came; who waits longer reloads
TEXT_LIMIT = 100  # of what is searched for


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person ticked and typed beside it."""

    kind: str
    keys: tuple[str, ...]
    cover: str = ""  # the picture before each video
    music: str = ""  # of a carousel


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece on the page, with our id of its picture; None: not here."""

    place: int
    piece: Piece
    picture: int | None


@page
@require_http_methods(["GET", "HEAD", "POST"])
def choose_creatives(request: HttpRequest, pk: int, ad_id: int) -> HttpResponse:
    now, person = read_now(), person_of(request)
    campaign = find_tree(request, pk)
    ad = find_object(campaign, Level.AD, ad_id)
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "")
    kind = kind if kind in KINDS else "videos"
    row = _find_row(ad, kind, given.get("of", ""))
    error = ""
    choice = Choice(kind, ())
    if request.method == "POST":
        keys = tuple(dict.fromkeys(_clean(key) for key in request.POST.getlist("chosen") if _clean(key)))
        cover = _clean(given.get("other_cover", "")) or _clean(given.get("cover", ""))
        choice = Choice(kind, keys, cover, _clean(given.get("music", "")))
        try:
            if row is not None:
                path = _put(person, campaign, ad, row, choice, now)
                messages.success(request, f"{'Cover picture' if kind == 'pictures' else 'Video'} chosen.")
                place = read_tree(campaign, ()).find(ad)
                return HttpResponseRedirect(f"{place.href}?{urlencode({'at': path})}")
            added = _add(person, campaign, ad, choice, now)
            messages.success(request, f"{added} creative{'s' if added != 1 else ''} added.")
            first = f"{ROWS}/{len(read_rows(ad)) - added}/creative_info"
            return HttpResponseRedirect(f"{read_tree(campaign, ()).find(ad).href}?{urlencode({'at': first})}")
        except NotWellFormed as refused:
            error = refused.message
    context = {
        **_draw(campaign, ad, kind, given),
        "choice": choice,
        "row": row,
        "row_number": None if row is None else row + 1,
        "covers": _draw_covers(campaign.advertiser) if kind == "videos" and row is None else [],
        "basket": read_pieces(campaign.advertiser, kind, list(choice.keys)),
        "lock": find_lock(person, campaign, ad),
        "error": error,
    }
    missing = {item for item in request.GET.get("missing", "").split(",") if item}
    look = request.GET.get("look", "")[:COUNT_DIGITS]
    if missing and is_fragment(request):
        context["pieces"] = [piece for piece in context["pieces"] if str(piece.place) in missing]
    context["look"] = (int(look) if look.isdecimal() else 0) + 1
    context["waits"] = context["pending"] and context["look"] <= LOOKS
    context["missing"] = ",".join(str(piece.place) for piece in context["pieces"] if not piece.picture)
    template = "builder/library.html"
    if is_fragment(request):
        template = "builder/library_pictures.html" if missing else "builder/library_found.html"
    return render(request, template, context, status=422 if error else 200)


_SINGLE = {"videos": "video_info/video_id", "pictures": "image_info"}  # what one creative shows of a kind


def _find_row(ad: Thing, kind: str, text: str) -> int | None:
    """The creative that one piece is chosen for; None where creatives are added."""
    known = kind in _SINGLE and text.isascii() and text.isdigit() and len(text) <= COUNT_DIGITS
    return int(text) if known and int(text) < len(read_rows(ad)) else None


def _put(person: Person, campaign: Campaign, ad: Thing, row: int, choice: Choice, now: datetime) -> str:
    """Puts the chosen piece into its creative; the path where it stands."""
    pieces = read_pieces(campaign.advertiser, choice.kind, list(choice.keys[:1]))
    if not pieces:
        raise NotWellFormed("Nothing is chosen. Tick one.", ())
    path = f"{ROWS}/{row}/creative_info/{_SINGLE[choice.kind]}"
    value: Any = pieces[0].key if choice.kind == "videos" else [{"web_uri": pieces[0].key}]
    editing.save_members(
        actor=person, door="page", thing=ad, version=ad.version, changes={path: value}, now=now
    )
    return path


def _draw_covers(account: Advertiser) -> list[Shown]:
    """The first pictures of the account, to choose one before each video."""
    pieces = find_pieces(account, "pictures").pieces
    pictures = want_thumbnails(account, "pictures", [piece.key for piece in pieces], now=read_real_time())
    return [Shown(place, piece, pictures.get(piece.key)) for place, piece in enumerate(pieces, 1)]


def _draw(campaign: Campaign, ad: Thing, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    text, ratio = _clean(given.get("q", ""))[:TEXT_LIMIT], str(given.get("ratio", ""))
    number = str(given.get("page", "1"))[:COUNT_DIGITS]
    library = find_pieces(
        campaign.advertiser, kind, text=text, ratio=ratio, page=int(number) if number.isdecimal() else 1
    )
    keys = [piece.key for piece in library.pieces]
    pictures = want_thumbnails(campaign.advertiser, kind, keys, now=read_real_time())
    counts = count_pieces(campaign.advertiser)
    return {
        "campaign": campaign,
        "account": campaign.advertiser,
        "ad": ad,
        "place": read_tree(campaign, ()).find(ad),
        "kind": kind,
        "kinds": [(word, word.capitalize(), counts[word]) for word in KINDS],
        "ratios": RATIOS,
        "ratio": ratio,
        "text": text,
        "library": library,
        "pieces": [
            Shown(place, piece, pictures.get(piece.key)) for place, piece in enumerate(library.pieces, 1)
        ],
        "pending": count_pending(campaign.advertiser, kind, keys) if len(pictures) < len(keys) else 0,
        "empty": not counts[kind],
        "held": len(read_rows(ad)),
        "most": CREATIVES_PER_AD,
        "most_pictures": CAROUSEL_IMAGES,
        "shown": _shown_here(ad, kind),
        "tracks": list_tracks(campaign) if kind == "pictures" else {},
        "objection": ""
        if _find_row(ad, kind, str(given.get("of", ""))) is not None
        else _find_mixing(campaign, ad, kind),
    }


def _clean(text: str) -> str:
    """As one line holds it; a zero byte is nothing anybody types."""
    return text.replace("\x00", "").strip()


def _add(person: Person, campaign: Campaign, ad: Thing, choice: Choice, now: datetime) -> int:
    """Adds what was chosen to the ad; returns how many creatives came of it. Raises NotWellFormed and ServiceErrors."""
    pieces = read_pieces(campaign.advertiser, choice.kind, list(choice.keys))
    if not pieces:
        raise NotWellFormed("Nothing is chosen. Tick at least one.", ())
    if objection := _find_mixing(campaign, ad, choice.kind):
        raise NotWellFormed(objection, ())
    if choice.kind == "pictures" and len(pieces) > CAROUSEL_IMAGES:
        raise NotWellFormed(
            f"A carousel takes {CAROUSEL_IMAGES} pictures; {len(pieces)} are chosen. Take some away.", ()
        )
    made = _make_rows(_find_shared(campaign, ad, now), choice, pieces)
    rows = [*read_rows(ad), *made]
    if len(rows) > CREATIVES_PER_AD:
        raise NotWellFormed(
            f"An ad holds {CREATIVES_PER_AD} creatives; it would have {len(rows)}. Choose {len(rows) - CREATIVES_PER_AD} fewer.",
            (),
        )
    editing.save_members(
        actor=person, door="page", thing=ad, version=ad.version, changes={ROWS: rows}, now=now
    )
    return len(made)


def _find_shared(campaign: Campaign, ad: Thing, now: datetime) -> dict[str, Any]:
    assert isinstance(ad, Ad)
    return find_shared(Hearing.of(campaign, now), campaign.raw_tree(), ad.adgroup.wanted, ad.wanted)


def _make_rows(shared: dict[str, Any], choice: Choice, pieces: list[Piece]) -> list[dict[str, Any]]:
    if choice.kind == "posts":
        return [{"creative_info": _show_post(piece.row)} for piece in pieces]
    if choice.kind == "pictures":
        info: dict[str, Any] = {
            "ad_format": "CAROUSEL_ADS",
            "image_info": [{"web_uri": piece.key} for piece in pieces],
            **({"music_info": {"music_id": choice.music}} if choice.music else {}),
        }
        return [{"creative_info": {**info, **shared}}]
    cover = {"image_info": [{"web_uri": choice.cover}]} if choice.cover else {}
    return [
        {
            "creative_info": {
                "ad_format": "SINGLE_VIDEO",
                "video_info": {"video_id": piece.key},
                **cover,
                **shared,
            }
        }
        for piece in pieces
    ]


def _show_post(row: Any) -> dict[str, Any]:
    return {
        "ad_format": "CAROUSEL_ADS" if row.kind == "CAROUSEL" else "SINGLE_VIDEO",
        "tiktok_item_id": row.item_id,
        "identity_type": row.identity_type,
        "identity_id": row.identity_id,
        **({"identity_authorized_bc_id": row.bc_id} if row.bc_id else {}),
    }


def _find_mixing(campaign: Campaign, ad: Thing, kind: str) -> str:
    """Why this kind cannot join what the campaign shows already (C1); "" where it can."""
    kinds = [
        _is_spark(row, other)
        for group in campaign.adgroups.all()
        for other in group.ads.all()
        for row in read_rows(other)
    ]
    spark, plain = sum(kinds), len(kinds) - sum(kinds)
    adds_spark = kind == "posts" or _is_spark({"creative_info": read_shared(read_rows(ad))}, ad)
    never = "never mix with them in one campaign (C1)."
    if adds_spark and plain:
        return f"This campaign has {_count(plain, 'creative')} of its own. Existing posts (Spark) {never}"
    if not adds_spark and spark:
        return f"This campaign shows {_count(spark, 'creative')} as Spark. Others {never}"
    return ""


def _is_spark(row: Any, ad: Thing) -> bool:
    info = find_at(row, "creative_info") if isinstance(row, Mapping) else None
    info = info if isinstance(info, Mapping) else {}
    speaker = find_at(ad.wanted, "ad_configuration/identity_type")
    return bool(info.get("tiktok_item_id")) or bool(
        {info.get("identity_type"), speaker} & {*SPARK_IDENTITIES}
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"


def _shown_here(ad: Thing, kind: str) -> set[str]:
    """Which pieces the ad shows already."""
    paths = {"videos": "creative_info/video_info/video_id", "posts": "creative_info/tiktok_item_id"}
    rows = (row for row in read_rows(ad) if isinstance(row, Mapping))
    return {str(find_at(row, paths[kind]) or "") for row in rows} - {""} if kind in paths else set()
