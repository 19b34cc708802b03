"""Creatives and who speaks in them: formats, assets, identities (R14, R71-R74, R77, C22)."""

from campaigns.contract import codes
from campaigns.contract.choices import SPARK_IDENTITIES, can_deliver_on_tiktok
from campaigns.contract.limits import CAROUSEL_IMAGES
from smartplus_admin.sandbox.judge.ad import read_infos, read_settings
from smartplus_admin.sandbox.judge.case import Body, Case, Problem, Problems, missing, read_list


def check_creatives(case: Case) -> Problems:
    if not case.touches("creative_list"):
        return
    before = read_list(case.before or {}, "creative_list")  # kept creatives are not judged again
    for index, item in enumerate(read_list(case.body, "creative_list")):
        path = f"creative_list[{index}]"
        info = item.get("creative_info")
        if not info:
            kept = item.get("ad_material_id")
            unknown = Problem(f"{path}.ad_material_id", f"{kept} does not exist.")
            yield unknown if kept else missing(f"{path}.creative_info")
        elif item not in before:
            yield from _check_creative(case, info, f"{path}.creative_info")


def _check_creative(case: Case, info: Body, path: str) -> Problems:
    kind = info.get("ad_format")
    if not kind:
        yield missing(f"{path}.ad_format")
        return
    music = (info.get("music_info") or {}).get("music_id")
    if case.catalog and read_settings(case.body).get("catalog_creative_toggle"):
        yield from _check_toggled(case, info, path)
    elif info.get("tiktok_item_id"):
        yield from _check_post(case, info, path)
    elif kind == "SINGLE_VIDEO":
        yield from _check_video(case, info, path)
    elif kind == "CAROUSEL_ADS":
        yield from _check_carousel(info, path)
    elif not music:
        yield missing(f"{path}.music_info")  # R71, CATALOG_CAROUSEL
    for index, picture in enumerate(read_list(info, "image_info")):
        uri = picture.get("web_uri")
        if not uri:
            yield missing(f"{path}.image_info[{index}].web_uri")
        elif case.shelf.find("image", str(uri)) is None:
            yield Problem(f"{path}.image_info[{index}].web_uri", f"{uri} is not in the image library.")  # C19
    yield from _check_identity(case, info, path)


def _check_toggled(case: Case, info: Body, path: str) -> Problems:
    """The catalog brings the creatives: one entry with music, and an end card for cars (docs)."""
    if len(read_infos(case.body)) > 1:
        yield Problem("creative_list", "holds one entry when catalog_creative_toggle is on.")
    for name in ("tiktok_item_id", "video_info"):
        if info.get(name):
            yield Problem(f"{path}.{name}", "cannot be used together with catalog_creative_toggle.")
    if not (info.get("music_info") or {}).get("music_id"):
        yield missing(f"{path}.music_info")


def _check_video(case: Case, info: Body, path: str) -> Problems:
    """One video and one cover (R14, R71)."""
    video_id = (info.get("video_info") or {}).get("video_id")
    if not video_id:
        yield missing(f"{path}.video_info.video_id")
    elif case.shelf.find("video", str(video_id)) is None:
        yield Problem(f"{path}.video_info.video_id", f"invalid video id {video_id}.", codes.INVALID_VIDEO)
    if (info.get("music_info") or {}).get("music_id"):
        yield Problem(f"{path}.music_info", "is not supported for SINGLE_VIDEO.")  # R71 names no music
    covers = len(read_list(info, "image_info"))
    if covers != 1:
        yield (
            missing(f"{path}.image_info")
            if not covers
            else Problem(f"{path}.image_info", "a video has one cover.")
        )


def _check_carousel(info: Body, path: str) -> Problems:
    pictures = len(read_list(info, "image_info"))
    if not 1 <= pictures <= CAROUSEL_IMAGES:
        yield Problem(f"{path}.image_info", f"a carousel has 1 to {CAROUSEL_IMAGES} pictures.")  # R14
    if not (info.get("music_info") or {}).get("music_id"):
        yield missing(f"{path}.music_info")  # R14
    if (info.get("video_info") or {}).get("video_id"):
        yield Problem(f"{path}.video_info", "is not supported for CAROUSEL_ADS.")  # R71


def _check_post(case: Case, info: Body, path: str) -> Problems:
    """Spark pull: an existing post and nothing beside it (R72). Music with photo posts is disputed, so accepted."""
    for name in ("video_info", "image_info"):
        if info.get(name):
            yield Problem(f"{path}.{name}", "must be left out together with tiktok_item_id.")
    if info.get("identity_type") not in SPARK_IDENTITIES:
        yield missing(f"{path}.identity_type")  # R73
    if case.shelf.find("post", str(info["tiktok_item_id"])) is None:
        yield Problem(f"{path}.tiktok_item_id", f"{info['tiktok_item_id']} does not exist.")


def _check_identity(case: Case, info: Body, path: str) -> Problems:
    kind, identity_id = info.get("identity_type"), info.get("identity_id")
    if not kind:
        return
    if not identity_id:
        yield missing(f"{path}.identity_id")  # R73
        return
    if kind == "BC_AUTH_TT" and not info.get("identity_authorized_bc_id"):
        yield missing(f"{path}.identity_authorized_bc_id")  # R73
    if kind == "AUTH_CODE" and not info.get("tiktok_item_id"):
        yield Problem(f"{path}.identity_type", "AUTH_CODE is only available for existing posts.")  # R73
    found = case.shelf.find("identity", str(identity_id))
    if found is None or found["identity_type"] != kind:
        yield Problem(f"{path}.identity_id", f"{identity_id} is no {kind} identity of this advertiser.")


def check_ad_identity(case: Case) -> Problems:
    """A custom identity speaks for the whole ad, once, in ad_configuration (R73, R74, R77)."""
    settings = read_settings(case.body)
    kind, identity_id = settings.get("identity_type"), settings.get("identity_id")
    spoken = [bool(info.get("identity_type")) for info in read_infos(case.body)]
    if not kind:
        if not all(spoken):
            yield missing("ad_configuration.identity_type")
        return
    if not identity_id:
        yield missing("ad_configuration.identity_id")
    else:
        found = case.shelf.find("identity", str(identity_id))
        if found is None or found["identity_type"] != kind:
            yield Problem(
                "ad_configuration.identity_id", f"{identity_id} is no {kind} identity of this advertiser."
            )
    if kind == "BC_AUTH_TT" and not settings.get("identity_authorized_bc_id"):
        yield missing("ad_configuration.identity_authorized_bc_id")  # R73
    if kind == "CUSTOMIZED_USER":
        if any(spoken):
            yield Problem(
                "ad_configuration.identity_type", "Spark and custom identities cannot be mixed in one ad."
            )  # R77
        if case.creating and not case.lenient and can_deliver_on_tiktok(case.adgroup):
            yield Problem(
                "ad_configuration.identity_type",
                "new ads with a custom identity are not supported where TikTok is a placement.",
            )  # R74
    elif not case.catalog:
        yield Problem(
            "ad_configuration.identity_type", f"{kind} belongs into creative_info outside catalog ads."
        )  # R73


def check_campaign_spark(case: Case) -> Problems:
    """The guides' rule that a campaign does not mix Spark and non-Spark ads (C22); a switch of the sandbox."""
    if not case.spark_rule or not case.touches("creative_list", "ad_configuration"):
        return
    if case.unlike:
        text = f"Spark and non-Spark ads cannot be mixed in one campaign (ad {case.unlike})."
        yield Problem("creative_list", text)
