"""What rules say, in the words of our forms: pages name fields and choices as their labels do, REST keeps TikTok's."""

import re
from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from campaigns.web.forms import Form, Scene
from campaigns.web.forms_ad import CREATIVES, draw_ad_form
from campaigns.web.forms_adgroup import draw_adgroup_form
from campaigns.web.forms_campaign import draw_campaign_form
from campaigns.web.forms_words import LABELS
from campaigns.web.words import say_status

# Members that are no field of their own, or whose label says nothing apart from its section
_FURTHER = {
    "ad_configuration": "Identity of the ad",
    "creative_list": "Creatives",
    "creative_info": "Creative",
    "video_info": "Video",
    "music_info": "Music",
    "image_info": "Pictures",
    "targeting_spec": "Targeting",
    "call_to_action_list": "Call to action, standard",
    "call_to_action_id": "Call to action, dynamic",
    "identity_type": "Appears as",
    "web_uri": "Pictures",
    "ad_text": "Texts",
    "landing_page_url": "Landing page",
    "page_id": "Instant page",
    "deeplink_type": "Deeplink",
    "operation_status": "On or off",
}
_WHOLE = "ad_configuration/"
# a member, or a path of them, and a word of TikTok's; not within an address or a longer word
_NAME = re.compile(r"(?<![\w/.:-])[a-z]+(?:[_/.](?:[a-z]+|\d+))+(?![\w-])(?!/\w)")
_WORD = re.compile(r"(?<![\w/.-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w/-])")
# one word of TikTok's alone may be somebody's name for something: it is read where a sentence speaks of a goal or a mode
_PLAIN = re.compile(r"(?<=\bgoal )[A-Z]{3,}\b|\b[A-Z]{3,}(?= mode\b)")
_TWICE = re.compile(r"“([^”]+)” \(\1\)", re.IGNORECASE)  # a rule's own gloss on a word that is a label now


def _draw_forms() -> Iterable[Form]:
    scene = Scene(Level.ADGROUP, {}, {}, CURRENCIES["USD"], ZoneInfo("UTC"))
    return draw_campaign_form(), draw_adgroup_form(scene), draw_ad_form({CREATIVES: [{}]})


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    """Members of two words or more by their names: one word, such as budget, says itself."""
    labels: dict[str, str] = {}
    for form in _draw_forms():
        for path, field in form.by_path.items():
            labels.setdefault(path.rpartition("/")[2], field.label)
    return labels | _FURTHER


def say_field(path: str) -> str:
    """A member as our forms call it; one that none of them has, by its own name."""
    name = path.rpartition("/")[2]
    return _labels().get(name) or name.replace("_", " ").capitalize()


@lru_cache(maxsize=8192)
def say_message(text: str) -> str:
    """A sentence of a rule with the labels of our forms in it."""
    return _TWICE.sub(r"“\1”", _PLAIN.sub(_say_word, _WORD.sub(_say_word, _NAME.sub(_say_member, text))))


def _say_member(found: re.Match[str]) -> str:
    path = found[0].replace(".", "/")
    parts = [part for part in path.split("/") if not part.isdigit()]
    label = _labels().get(parts[-1]) if "_" in path else None
    if label is None:
        return found[0]
    return f"“{label}{', whole ad' if path.startswith(_WHOLE) else ''}”"


def _say_word(found: re.Match[str]) -> str:
    level, status, _ = found[0].partition("_STATUS_")
    label = LABELS.get(found[0]) or (say_status(level.lower(), found[0]).text if status else found[0])
    return found[0] if label == found[0] else f"“{label}”"
