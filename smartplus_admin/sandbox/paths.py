"""Which path leads to which endpoint, and what must hold before it is called. Paths below /open_api/v1.3/."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smartplus_admin.sandbox.calls import (
    account,
    actions,
    assets,
    changelog,
    listing,
    materials,
    oauth,
    objects,
    pixels,
    preview,
    report,
    report_material,
    review,
    switch,
    tools,
    uploads,
)
from smartplus_admin.sandbox.wire import Call

ROOT = "/open_api/"
VERSION = "v1.3"


@dataclass(frozen=True, slots=True)
class Endpoint:
    run: Callable[[Call], Any]  # gives `data`
    methods: tuple[str, ...] = ("GET",)
    writes: bool = False
    token: bool = True
    advertiser: bool = True  # the call names one in advertiser_id
    allowlisted: bool = False  # 40118 when the account is not (fact sheet 1.2: campaign management)


def _post(run: Callable[[Call], Any], *, allowlisted: bool = False) -> Endpoint:
    return Endpoint(run, ("POST",), writes=True, allowlisted=allowlisted)


def _open(run: Callable[[Call], Any]) -> Endpoint:
    """Called before there is a token."""
    return Endpoint(run, ("POST",), writes=True, token=False, advertiser=False)


ENDPOINTS: dict[str, Endpoint] = {
    "smart_plus/campaign/create/": _post(objects.create_campaign, allowlisted=True),
    "smart_plus/campaign/get/": Endpoint(listing.get_campaigns),
    "smart_plus/campaign/update/": _post(objects.update_campaign, allowlisted=True),
    "smart_plus/campaign/status/update/": _post(switch.switch_campaigns, allowlisted=True),
    "smart_plus/adgroup/create/": _post(objects.create_adgroup, allowlisted=True),
    "smart_plus/adgroup/get/": Endpoint(listing.get_adgroups),
    "smart_plus/adgroup/update/": _post(objects.update_adgroup, allowlisted=True),
    "smart_plus/adgroup/status/update/": _post(switch.switch_adgroups, allowlisted=True),
    "smart_plus/adgroup/budget/update/": _post(switch.set_adgroup_budgets, allowlisted=True),
    "smart_plus/ad/create/": _post(objects.create_ad, allowlisted=True),
    "smart_plus/ad/get/": Endpoint(listing.get_ads),
    "smart_plus/ad/update/": _post(objects.update_ad, allowlisted=True),
    "smart_plus/ad/status/update/": _post(switch.switch_ads, allowlisted=True),
    "smart_plus/ad/material_status/update/": _post(materials.switch_materials, allowlisted=True),
    "smart_plus/ad/review_info/": Endpoint(review.get_ad_reviews),
    "smart_plus/ad/preview/": _post(preview.preview_ad),
    "smart_plus/material/review_info/": Endpoint(review.get_material_reviews),
    "changelog/task/create/": _post(changelog.create_task),
    "changelog/task/check/": Endpoint(changelog.check_task),
    "changelog/task/download/": Endpoint(changelog.download_task),
    "smart_plus/material_report/overview/": Endpoint(report_material.get_overview),
    "smart_plus/material_report/breakdown/": Endpoint(report_material.get_breakdown),
    "report/integrated/get/": Endpoint(report.get_integrated_report),
    "oauth2/advertiser/get/": Endpoint(account.list_token_advertisers, advertiser=False),
    "oauth2/access_token/": _open(oauth.grant_token),
    "oauth2/revoke_token/": _open(oauth.revoke_token),
    "tt_user/oauth2/token/": _open(oauth.grant_short_token),
    "tt_user/oauth2/refresh_token/": _open(oauth.refresh_short_token),
    "tt_user/oauth2/revoke/": _open(oauth.revoke_short_token),
    "user/info/": Endpoint(account.get_user, ("GET", "POST"), advertiser=False),  # GET [page], POST [go]
    "advertiser/info/": Endpoint(account.get_advertisers, advertiser=False),
    "pixel/list/": Endpoint(pixels.list_pixels),
    "pixel/event/stats/": Endpoint(pixels.count_pixel_events),
    "identity/get/": Endpoint(account.list_identities),
    "identity/info/": Endpoint(account.get_identity),
    "identity/video/info/": Endpoint(account.get_post),
    "identity/video/get/": Endpoint(account.list_posts),
    "file/video/ad/search/": Endpoint(assets.search_videos),
    "file/video/ad/info/": Endpoint(assets.get_videos),
    "file/video/ad/upload/": _post(uploads.upload_video),
    "file/image/ad/search/": Endpoint(assets.search_images),
    "file/image/ad/info/": Endpoint(assets.get_images),
    "file/image/ad/upload/": _post(uploads.upload_image),
    "creative/cta/recommend/": Endpoint(actions.recommend_ctas),
    "creative/portfolio/create/": _post(actions.create_portfolio),
    "creative/portfolio/get/": Endpoint(actions.get_portfolio),
    "creative/portfolio/list/": Endpoint(actions.list_portfolios),
    "dmp/custom_audience/list/": Endpoint(assets.list_audiences),
    "tool/region/": Endpoint(tools.list_regions),
    "tool/language/": Endpoint(tools.get_languages),
    "tool/interest_category/": Endpoint(tools.get_interests),
}
