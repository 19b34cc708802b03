"""How many combinations of one ad may serve: each creative with each text and each call to action."""

from collections.abc import Mapping
from typing import Any


def say_combinations(members: Mapping[str, Any]) -> str:
    """`members` are the ad's as they would be sent. "" where nothing can serve yet."""
    infos = [item.get("creative_info") or {} for item in _items(members, "creative_list")]
    posts = sum(bool(info.get("tiktok_item_id")) for info in infos)
    own = len(infos) - posts
    texts = sum(bool(item.get("ad_text")) for item in _items(members, "ad_text_list"))
    calls = sum(bool(item.get("call_to_action")) for item in _items(members, "call_to_action_list"))
    settings = members.get("ad_configuration")
    dynamic = bool(isinstance(settings, Mapping) and settings.get("call_to_action_id"))
    served = (own * texts + posts) * (calls or 1)
    if not served:
        return ""
    parts = [
        " + ".join(
            part
            for part in (
                f"{_count(own, 'creative')} × {_count(texts, 'text')}" if own and texts else "",
                f"{_count(posts, 'post')} with {'its' if posts == 1 else 'their'} own text" if posts else "",
            )
            if part
        )
    ]
    if calls:
        parts.append(_count(calls, "call", "calls") + " to action")
    said = f"({parts[0]}) × {parts[1]}" if len(parts) > 1 and " + " in parts[0] else " × ".join(parts)
    more = ", each with the calls to action that TikTok chooses" if dynamic and not calls else ""
    return f"{_count(served, 'combination')} may serve: {said}{more}."


def _items(members: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    stored = members.get(name)
    return [item for item in stored if isinstance(item, Mapping)] if isinstance(stored, list | tuple) else []


def _count(number: int, word: str, many: str = "") -> str:
    return f"{number:,} {word if number == 1 else many or word + 's'}"
