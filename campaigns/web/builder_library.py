"""What an account offers to choose from, as suggestions for inputs, and the names of what was typed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.contract.choices import UTM_MACROS, WEB_EVENTS
from campaigns.contract.levels import Level
from campaigns.contract.members import members_of
from campaigns.models import Advertiser, Identity
from campaigns.queries import targets
from campaigns.queries.targets import Target
from campaigns.web.forms_words import say_option

# ISO 639-1, the languages TikTok's ads are most often narrowed to; any other code can be typed
_LANGUAGES = {
    "en": "English", "es": "Spanish", "fr": "French", "de": "German", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "ja": "Japanese", "ko": "Korean", "zh": "Chinese", "ar": "Arabic",
    "tr": "Turkish", "id": "Indonesian", "vi": "Vietnamese", "th": "Thai", "sv": "Swedish", "ru": "Russian",
}  # fmt: skip
_UTM_KEYS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id")
MANY = 2_000  # suggestions of one kind; whoever has more types the name or id
# What the account made itself: all of it by id, with the names that people gave
OWN: Mapping[str, Callable[[Advertiser], Any]] = {
    "identities": lambda account: account.identities.values_list("identity_id", "name"),
    "videos": lambda account: account.videos.values_list("video_id", "name"),
    "pictures": lambda account: account.pictures.filter(address="").values_list("image_id", "name"),
}


@dataclass(frozen=True, slots=True)
class Library:
    """Suggestions by kind: what is typed → what it is called."""

    account: Advertiser
    lists: Mapping[str, Mapping[str, str]]
    identities: Sequence[Identity] = ()

    def name_of(self, kind: str, value: str) -> str:
        return self.lists.get(kind, {}).get(value, "")

    def name_targets(self, kind: str, values: Collection[str]) -> dict[str, Target]:
        """What the account's list says of chosen ids; unknown ones are left out."""
        named = targets.name_targets(self.account, kind, values)
        listed = self.lists.get(kind, {})
        return {
            value: named.get(value) or Target(value, listed[value])
            for value in values
            if value in named or value in listed
        }

    def list_names(self, kind: str) -> Mapping[str, str]:
        """Everything of a kind by its id, beyond what an input without script suggests."""
        if kind in OWN:
            return dict(OWN[kind](self.account))
        listed = self.lists.get(kind, {})
        return {**listed, **targets.list_names(self.account, kind)} if kind in targets.KINDS else listed

    def for_plain(self, level: Level) -> dict[str, Mapping[str, str]]:
        """Of what script searches, the suggestions for those who have none."""
        return {name: self.lists[name] for name in targets.KINDS} if level is Level.ADGROUP else {}

    def for_level(self, level: Level) -> dict[str, Mapping[str, str]]:
        names = {
            Level.CAMPAIGN: (),
            Level.ADGROUP: ("pixels", "events"),
            Level.AD: ("videos", "pictures", "identities", "calls", "utm-key", "utm-value"),
        }[level]
        return {name: self.lists[name] for name in names}


def read_library(account: Advertiser, level: Level) -> Library:
    """Only what the level's form asks for."""
    lists: dict[str, Mapping[str, str]] = {}
    identities: list[Identity] = []
    if level is Level.ADGROUP:
        pixels: dict[str, str] = {}
        for pixel in account.pixels.all():
            pixels[pixel.pixel_id] = pixel.name
            if pixel.code:
                pixels[pixel.code] = f"{pixel.name}, by its code"
        lists["pixels"] = pixels
        lists["events"] = {**WEB_EVENTS, "COMPLETE_PAYMENT": "Purchase, as the guides write it"}
        for kind in targets.KINDS:
            lists[kind] = targets.list_plain(account, kind, MANY)
        lists["languages"] = lists["languages"] or _LANGUAGES
    if level is Level.AD:
        lists["videos"] = {video.video_id: _describe(video) for video in account.videos.all()[:MANY]}
        pictures: Any = account.pictures.values_list("image_id", "name")[:MANY]
        lists["pictures"] = dict(pictures)
        identities = list(account.identities.all())
        lists["identities"] = {
            item.identity_id: f"{item.name} ({say_option(item.identity_type)})" for item in identities
        }
        words = members_of(Level.AD)["call_to_action_list[].call_to_action"].values
        lists["calls"] = {word.lower(): "standard" for word in words}
        lists["utm-key"] = dict.fromkeys(_UTM_KEYS, "")
        lists["utm-value"] = dict.fromkeys(UTM_MACROS, "")
    return Library(account, lists, identities)


def _describe(video: Any) -> str:
    return f"{video.name}, {video.duration:.0f} s" if video.duration is not None else video.name
