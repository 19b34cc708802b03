"""Django's admin as a window for operators: everything can be looked at, nothing changed. The gate is elsewhere."""

from django.contrib import admin
from django.http import HttpRequest

from campaigns.models import (
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Change,
    Flip,
    Launch,
    Membership,
    Person,
    Push,
    Reading,
    RemoteEdit,
    Result,
    Stranger,
    Surprise,
)


class Window(admin.ModelAdmin):
    """Reading only: an edit here would pass no rule and leave no Change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Person)
class PersonWindow(Window):
    list_display = ["username", "first_name", "last_name", "time_zone", "is_active"]
    exclude = ["password"]


@admin.register(Advertiser)
class AdvertiserWindow(Window):
    list_display = ["advertiser_id", "name", "currency", "zone", "pulled_at", "pull_error"]


@admin.register(Membership)
class MembershipWindow(Window):
    list_display = ["person", "advertiser", "role"]


@admin.register(Campaign)
class CampaignWindow(Window):
    list_display = [
        "pk",
        "name",
        "advertiser",
        "remote_id",
        "operation_status",
        "secondary_status",
        "changed_at",
    ]
    list_select_related = ["advertiser"]


@admin.register(AdGroup)
class AdGroupWindow(Window):
    list_display = ["pk", "name", "campaign", "remote_id", "operation_status", "secondary_status"]
    list_select_related = ["campaign"]


@admin.register(Ad)
class AdWindow(Window):
    list_display = ["pk", "name", "adgroup", "remote_id", "operation_status", "secondary_status"]
    list_select_related = ["adgroup"]


@admin.register(Launch)
class LaunchWindow(Window):
    list_display = ["pk", "campaign", "actor", "started_at", "verified_at", "finished_at"]
    list_select_related = ["campaign", "actor"]


@admin.register(Push)
class PushWindow(Window):
    list_display = [
        "pk",
        "advertiser",
        "depth",
        "aspect",
        "state",
        "not_before",
        "attempts",
        "sent_at",
        "settled_at",
    ]
    list_filter = ["state", "aspect", "depth"]


@admin.register(Change)
class ChangeWindow(Window):
    list_display = ["at", "actor", "door", "act", "target", "campaign_ref", "advertiser"]
    list_select_related = ["actor", "advertiser"]


@admin.register(Flip)
class FlipWindow(Window):
    list_display = ["at", "member", "before", "after", "target", "campaign_ref", "advertiser"]
    list_select_related = ["advertiser"]


@admin.register(Reading)
class ReadingWindow(Window):
    list_display = ["advertiser", "kind", "due_at", "done_at", "error"]
    list_filter = ["kind"]


@admin.register(Stranger)
class StrangerWindow(Window):
    list_display = ["advertiser", "level", "remote_id", "name", "twin", "operation_status", "seen_at"]
    list_filter = ["level", "twin"]


@admin.register(RemoteEdit)
class RemoteEditWindow(Window):
    list_display = ["at", "advertiser", "kind", "remote_id", "operator", "source"]


@admin.register(Result)
class ResultWindow(Window):
    list_display = ["day", "advertiser", "campaign", "adgroup", "ad", "spend", "results", "read_at"]


@admin.register(Surprise)
class SurpriseWindow(Window):
    list_display = ["at", "advertiser", "target", "endpoint", "code", "message", "rules_version"]
