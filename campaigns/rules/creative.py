"""Rules about what a creative is made of (C4, R14, R71, R72, field notes)."""

from collections.abc import Iterable

from campaigns.contract.limits import CAROUSEL_IMAGES
from campaigns.rules.facts import Creative, TreeFacts, list_creatives
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members


@rule(
    "creative-form",
    sentence="A video has its video and one cover; a carousel its pictures; a post stands alone.",
    source="R71, R14",
)
def check_form(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        by_catalog = facts.takes_catalog_creatives(ad)
        for creative in list_creatives(ad):
            yield from _check_form(creative, by_catalog)


def _check_form(creative: Creative, by_catalog: bool) -> Iterable[Hit]:
    info, pictures = creative.info, creative.info.get("image_info") or []
    has_video = bool((info.get("video_info") or {}).get("video_id"))
    if info.get("tiktok_item_id") and info.get("ad_format") and not by_catalog:
        if info.get("video_info") or pictures:
            yield Hit(
                f"{creative.path}/tiktok_item_id",
                "An existing post brings its own video and pictures. Take the others away.",
                set_members(
                    "Keep the post",
                    (f"{creative.path}/video_info", None),
                    (f"{creative.path}/image_info", None),
                ),
            )
        return
    match info.get("ad_format"):
        case None:
            form = "CAROUSEL_ADS" if pictures and not has_video else "SINGLE_VIDEO"
            path = f"{creative.path}/ad_format"
            known = has_video or pictures
            yield Hit(
                path,
                "Say what the creative is: SINGLE_VIDEO or CAROUSEL_ADS.",
                set_members(f"Use {form}", (path, form)) if known else None,
            )
        case "SINGLE_VIDEO" if not by_catalog:
            yield from _check_video(creative, len(pictures), has_video)
        case "CAROUSEL_ADS" if not by_catalog:
            if not pictures:
                yield Hit(f"{creative.path}/image_info", f"A carousel needs 1 to {CAROUSEL_IMAGES} pictures.")
            if has_video:
                path = f"{creative.path}/video_info"
                yield Hit(
                    path,
                    "A carousel takes pictures, not a video.",
                    set_members("Take the video away", (path, None)),
                )
    for index, picture in enumerate(pictures):
        if not picture.get("web_uri"):
            yield Hit(
                f"{creative.path}/image_info/{index}/web_uri",
                "Name the picture: its image id or its https address.",
            )


def _check_video(creative: Creative, pictures: int, has_video: bool) -> Iterable[Hit]:
    if not has_video:
        yield Hit(
            f"{creative.path}/video_info/video_id",
            "A video creative needs a video from the account's library.",
        )
    if pictures != 1:
        path = f"{creative.path}/image_info"
        first = list(creative.info.get("image_info") or [])[:1]
        yield Hit(
            path,
            f"A video creative needs exactly one cover picture; here are {pictures}.",
            set_members("Keep the first picture", (path, first)) if first else None,
        )


@rule(
    "carousel-music",
    sentence="A carousel has one music track; a video takes none.",
    source="C4, R14, R71",
)
def check_music(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for creative in list_creatives(ad) if not facts.takes_catalog_creatives(ad) else ():
            form, music = (
                creative.info.get("ad_format"),
                (creative.info.get("music_info") or {}).get("music_id"),
            )
            carousel = form in ("CAROUSEL_ADS", "CATALOG_CAROUSEL")
            if carousel and not music and not creative.info.get("tiktok_item_id"):
                yield Hit(f"{creative.path}/music_info/music_id", "A carousel needs one music track.")
            if form == "SINGLE_VIDEO" and music:
                yield Hit(
                    f"{creative.path}/music_info",
                    "Music is for carousels only.",
                    set_members("Take it away", (f"{creative.path}/music_info", None)),
                )


@rule(
    "carousel-two-pictures",
    level=FindingLevel.ADVICE,
    sentence="A carousel of one picture may be refused: one of TikTok's pages asks for two.",
    source="R14; fact sheet section 13, platform section 6",
)
def check_two(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for creative in list_creatives(ad):
            if (
                creative.info.get("ad_format") == "CAROUSEL_ADS"
                and len(creative.info.get("image_info") or []) == 1
            ):
                yield Hit(
                    f"{creative.path}/image_info",
                    "One page of TikTok's asks a carousel for two pictures, another for one. A second picture is the safe side.",
                )


@rule("video-known", sentence="The video is in the account's library.", source="R71, code 40053")
def check_video(facts: TreeFacts) -> Iterable[Hit]:
    known = facts.account.videos
    for _, ad in facts.ads if known is not None else ():
        for creative in list_creatives(ad):
            video = (creative.info.get("video_info") or {}).get("video_id")
            if video and known is not None and video not in known:
                yield Hit(
                    f"{creative.path}/video_info/video_id",
                    f"{facts.account.name} has no video {video}. Choose one from its library, or upload it first.",
                )


@rule(
    "post-alone",
    level=FindingLevel.ADVICE,
    sentence="An existing post brings its own texts and music.",
    source="R72; fact sheet section 13: pages say leave out, practice sends them",
)
def check_post(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        creatives = list_creatives(ad)
        posts = [creative for creative in creatives if creative.info.get("tiktok_item_id")]
        if posts and len(posts) == len(creatives) and ad.get("ad_text_list"):
            path = ad.at("ad_text_list")
            yield Hit(
                path,
                "Only existing posts are shown here; TikTok's pages ask to leave texts out.",
                set_members("Leave them out", (path, None)),
            )
        for creative in posts:
            if creative.info.get("music_info"):
                path = f"{creative.path}/music_info"
                yield Hit(
                    path,
                    "An existing post has its own sound; TikTok's pages disagree whether music may be given.",
                    set_members("Leave it out", (path, None)),
                )


@rule(
    "creatives-differ",
    level=FindingLevel.ADVICE,
    sentence="The same video or post twice in one ad competes with itself.",
    source="C5: duplicates give no signal",
)
def check_equal(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        seen: dict[str, int] = {}
        for index, creative in enumerate(list_creatives(ad)):
            video = (creative.info.get("video_info") or {}).get("video_id")
            what = creative.info.get("tiktok_item_id") or video
            if what and what in seen:
                yield Hit(creative.path, f"This creative shows the same as creative {seen[what] + 1}.")
            elif what:
                seen[what] = index


@rule(
    "disclosure-scope",
    level=FindingLevel.ADVICE,
    sentence="The AI label of a creative counts with a custom identity only.",
    source="docs, ad create",
)
def check_disclosure(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for creative in list_creatives(ad):
            if creative.info.get("aigc_disclosure_type") == "SELF_DISCLOSURE" and creative.spark:
                path = f"{creative.path}/aigc_disclosure_type"
                yield Hit(
                    path,
                    "The label is documented for custom identities only; a post carries its own in TikTok.",
                    set_members("Leave it out", (path, None)),
                )
