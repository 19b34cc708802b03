"""TikTok's endpoints as functions: the Smart+ calls of the three levels, and the look-ups around them.

One method, one call. Bodies and rows are TikTok's own JSON. Errors are TikTokError.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from campaigns.contract import reports
from campaigns.contract.levels import Level
from campaigns.contract.limits import PAGE_SIZE
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.granting import Granting
from campaigns.tiktok.transport import Paced, Transport
from campaigns.tiktok.wire import Answer, Page, read_page


@dataclass(frozen=True, slots=True)
class Switched:
    """A status call that went through. `failed`: why single objects stay as they were, by TikTok's id of each."""

    failed: Mapping[str, TikTokError]


class TikTokClient:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.granting = Granting(transport)

    def pace(self, before: Callable[[str], object]) -> "TikTokClient":
        """The same client, whose every call is announced first: `before` gets its path, and takes its time."""
        return TikTokClient(Paced(self._transport, before))

    def create(self, level: Level, body: Mapping[str, Any]) -> Answer:
        """Makes one object. The answer's data is the whole object (docs)."""
        return self._transport.post(f"smart_plus/{level}/create/", body)

    def update(self, level: Level, body: Mapping[str, Any]) -> Answer:
        return self._transport.post(f"smart_plus/{level}/update/", body)

    def update_status(self, level: Level, *, advertiser_id: str, ids: Sequence[str], status: str) -> Switched:
        """Switches or deletes up to 20 objects. What TikTok refuses of single campaigns and ad groups comes beside code 0, in
        `error_list` (R88); of ads the whole call fails."""
        body = {"advertiser_id": advertiser_id, level.ids_member: list(ids), "operation_status": status}
        path = f"smart_plus/{level}/status/update/"
        answer = self._transport.post(path, body)
        failed = {}
        for row in answer.data.get("error_list") or []:
            said = str(row.get("error_message") or "no reason given")
            error = TikTokError(Meaning.REFUSED, said, endpoint=path, request_id=answer.request_id)
            error.request = body
            failed[str(row.get(level.id_member))] = error
        return Switched(failed)

    def update_budgets(self, *, advertiser_id: str, budgets: Mapping[str, Any]) -> Answer:
        """Sets the budgets of up to 20 ad groups at once, by their ids; all or nothing (R15, R19)."""
        entries = [{"adgroup_id": key, "budget": amount} for key, amount in budgets.items()]
        body = {"advertiser_id": advertiser_id, "budget": entries}
        return self._transport.post("smart_plus/adgroup/budget/update/", body)

    def get_page(
        self,
        level: Level,
        *,
        advertiser_id: str,
        filtering: Mapping[str, Any],
        page: int,
        page_size: int | None = None,
    ) -> Page:
        """One page of objects; deleted ones only if the filter asks for STATUS_ALL."""
        path = f"smart_plus/{level}/get/"
        answer = self._transport.get(
            path,
            {
                "advertiser_id": advertiser_id,
                "filtering": dict(filtering),
                "page": page,
                "page_size": page_size or PAGE_SIZE[level.value],
            },
        )
        return read_page(path, answer)

    def review_ads(self, *, advertiser_id: str, ids: Sequence[str]) -> Answer:
        """What the review said of up to 100 ads and their creatives, with the reasons of refusals."""
        parameters = {
            "advertiser_id": advertiser_id,
            Level.AD.ids_member: list(ids),
            "extra_info_setting": {"include_reject_info": True},
        }
        return self._transport.get("smart_plus/ad/review_info/", parameters)

    def get_report(self, question: Mapping[str, Any], *, page: int) -> Page:
        """One page of the synchronous report (platform section 9)."""
        path = "report/integrated/get/"
        parameters = {**question, "page": page, "page_size": reports.PAGE_SIZE}
        return read_page(path, self._transport.get(path, parameters))

    def create_changelog_task(self, *, advertiser_id: str, start: datetime, end: datetime) -> Answer:
        """Begins to write the log of changes of at most 30 days, with times in UTC (platform 12.4)."""
        body = {
            "advertiser_id": advertiser_id,
            "start_time": f"{start.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "end_time": f"{end.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "timezone": "UTC",
        }
        return self._transport.post("changelog/task/create/", body)

    def fetch_changelog(self, *, advertiser_id: str, task_id: str) -> Answer:
        """`status`, and under `changelog` what was written once it is SUCCESS."""
        parameters = {"advertiser_id": advertiser_id, "task_id": task_id}
        return self._transport.get("changelog/task/download/", parameters)

    def probe_material_report(self, *, advertiser_id: str, first: date, last: date) -> Page:
        """The smallest question to the creative report (platform 11): whether it is answered at all."""
        path = "smart_plus/material_report/overview/"
        parameters = {
            "advertiser_id": advertiser_id,
            "dimensions": ["advertiser_id", "main_material_id"],
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
            "page": 1,
            "page_size": 1,
        }
        return read_page(path, self._transport.get(path, parameters))

    def get_material_breakdown(self, question: Mapping[str, Any], *, page: int) -> Page:
        """One page of the creative report by setting and time (platform 11)."""
        path = "smart_plus/material_report/breakdown/"
        parameters = {**question, "page": page, "page_size": reports.MATERIAL_PAGE_SIZE}
        return read_page(path, self._transport.get(path, parameters))

    def preview_ad(self, *, advertiser_id: str, ad_id: str) -> Answer:
        """A link under which a person sees an ad; makes nothing that shows or spends."""
        body = {"advertiser_id": advertiser_id, "preview_type": "AD", Level.AD.id_member: ad_id}
        return self._transport.post("smart_plus/ad/preview/", body)

    def list_advertisers(self, *, app_id: str = "", secret: str = "") -> list[dict[str, Any]]:
        """The accounts the token may use."""
        parameters = {"app_id": app_id, "secret": secret}
        answer = self._transport.get("oauth2/advertiser/get/", parameters, confidential=True)
        return _read_rows(answer, "list", "oauth2/advertiser/get/")

    def describe_advertisers(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        answer = self._transport.get("advertiser/info/", {"advertiser_ids": list(ids)})
        return _read_rows(answer, "list", "advertiser/info/")

    def list_pixels(self, *, advertiser_id: str, page: int) -> Page:
        path = "pixel/list/"
        answer = self._transport.get(path, {"advertiser_id": advertiser_id, "page": page, "page_size": 20})
        return read_page(path, answer, "pixels")

    def list_identities(self, *, advertiser_id: str, identity_type: str, bc_id: str = "", page: int) -> Page:
        """Identities of one type: totals are right only when the type is given (platform 6.5)."""
        path = "identity/get/"
        parameters = {
            "advertiser_id": advertiser_id,
            "identity_type": identity_type,
            "page": page,
            "page_size": 100,
        }
        if bc_id:
            parameters["identity_authorized_bc_id"] = bc_id
        return read_page(path, self._transport.get(path, parameters), "identity_list")

    def list_posts(
        self, *, advertiser_id: str, identity_type: str, identity_id: str, bc_id: str, kind: str, cursor: int
    ) -> Answer:
        """Up to 20 posts of an identity: `video_list`, `cursor`, `has_more` (platform 6.5)."""
        parameters: dict[str, Any] = {
            "advertiser_id": advertiser_id,
            "identity_type": identity_type,
            "identity_id": identity_id,
            "item_type": kind,
            "count": 20,
            "cursor": cursor,
        }
        if bc_id:
            parameters["identity_authorized_bc_id"] = bc_id
        return self._transport.get("identity/video/get/", parameters)

    def describe_media(self, *, advertiser_id: str, kind: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Videos (at most 60) or pictures (100) by their ids; `kind` is `video` or `image` (platform 6.1, 6.2)."""
        path = f"file/{kind}/ad/info/"
        answer = self._transport.get(path, {"advertiser_id": advertiser_id, f"{kind}_ids": list(ids)})
        return _read_rows(answer, "list", path)

    def describe_post(
        self, *, advertiser_id: str, identity_type: str, identity_id: str, bc_id: str, item_id: str
    ) -> Answer:
        """One post: `video_detail` (platform 6.5)."""
        parameters = {
            "advertiser_id": advertiser_id,
            "identity_type": identity_type,
            "identity_id": identity_id,
            "item_id": item_id,
        }
        if bc_id:
            parameters["identity_authorized_bc_id"] = bc_id
        return self._transport.get("identity/video/info/", parameters)

    def list_videos(self, *, advertiser_id: str, page: int) -> Page:
        path = "file/video/ad/search/"
        answer = self._transport.get(path, {"advertiser_id": advertiser_id, "page": page, "page_size": 100})
        return read_page(path, answer)

    def list_pictures(self, *, advertiser_id: str, page: int) -> Page:
        path = "file/image/ad/search/"
        answer = self._transport.get(path, {"advertiser_id": advertiser_id, "page": page, "page_size": 100})
        return read_page(path, answer)

    def upload_picture(self, *, advertiser_id: str, address: str, file_name: str) -> Answer:
        """Lets TikTok fetch a picture. A name that is taken answers code 40911."""
        body = {
            "advertiser_id": advertiser_id,
            "upload_type": "UPLOAD_BY_URL",
            "image_url": address,
            "file_name": file_name,
        }
        return self._transport.post("file/image/ad/upload/", body)

    def list_regions(self, *, advertiser_id: str) -> list[dict[str, Any]]:
        """Countries, their first divisions and cities: `location_id`, `name`, `region_code`, `level`, `parent_id`."""
        parameters = {
            "advertiser_id": advertiser_id,
            "placements": ["PLACEMENT_TIKTOK"],
            "objective_type": "WEB_CONVERSIONS",
            "level_range": "TO_CITY",
        }
        return _read_rows(self._transport.get("tool/region/", parameters), "region_info", "tool/region/")

    def list_languages(self, *, advertiser_id: str) -> list[dict[str, Any]]:
        """`code`, `name`."""
        path = "tool/language/"
        return _read_rows(self._transport.get(path, {"advertiser_id": advertiser_id}), "languages", path)

    def list_interests(self, *, advertiser_id: str) -> list[dict[str, Any]]:
        """`interest_category_id`, `interest_category_name`, `sub_category_ids`."""
        path = "tool/interest_category/"
        answer = self._transport.get(path, {"advertiser_id": advertiser_id, "version": 2})
        return _read_rows(answer, "interest_categories", path)

    def list_audiences(self, *, advertiser_id: str, page: int) -> Page:
        path = "dmp/custom_audience/list/"
        answer = self._transport.get(path, {"advertiser_id": advertiser_id, "page": page, "page_size": 100})
        return read_page(path, answer)


def _read_rows(answer: Answer, member: str, endpoint: str) -> list[dict[str, Any]]:
    rows = answer.data.get(member)
    if not isinstance(rows, list):
        raise TikTokError(
            Meaning.UNSURE, f"the answer has no {member}", endpoint=endpoint, request_id=answer.request_id
        )
    return rows
