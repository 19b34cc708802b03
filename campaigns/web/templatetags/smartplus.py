"""Money in its account's own writing, every time in three zones, states as badges, icons from the sprite."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES, Currency
from campaigns.contract.shape import read_moment, read_money
from campaigns.models import Advertiser
from campaigns.rules.findings import Finding
from campaigns.rules.passports import Passport
from campaigns.services.policies import write_number
from campaigns.web import words
from campaigns.web.builder_tree import tone_of
from campaigns.web.rules import list_changes
from campaigns.web.saying import say_message

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the sprite. Without a label it is decoration. A page has a hundred of some forty kinds."""
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.filter
def money(amount: object, account: object) -> str:
    """An amount with its currency: `$625.00`, `¥3,000`, `CAD 40.00`. What is no amount is shown as it is."""
    currency = _currency(account)
    if amount is None or amount == "" or currency is None:
        return "" if amount is None else str(amount)
    try:
        value = currency.quantize(read_money(amount))
    except (ValueError, ArithmeticError):
        return str(amount)
    sign = "−" if value < 0 else ""
    mark = words.CURRENCY_MARKS.get(currency.code, f"{currency.code} ")
    return f"{sign}{mark}{abs(value):,f}"


@register.filter
def tone(finding: Finding) -> str:
    """How a finding is drawn."""
    return tone_of(finding)


@register.filter
def said(message: object) -> str:
    """A sentence of a rule in the words of our forms."""
    return say_message(str(message))


@register.filter
def asset_type(word: str) -> str:
    """TikTok's type of a creative for people; a Spark one is an existing post."""
    shape = "carousel" if "CAROUSEL" in word else "picture" if "IMAGE" in word else "video"
    source = (
        "existing post"
        if "_SPARK_" in word.replace("NON_SPARK", "")
        else "catalog"
        if "CATALOG" in word
        else ""
    )
    return f"{shape}, {source}" if source else shape


@register.filter
def short(number: object) -> str:
    """12,345 as `12.3k`; small numbers stay whole."""
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        return str(number)
    size = abs(float(number))
    for limit, letter in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")):
        if size >= limit:
            return f"{float(number) / limit:.1f}".removesuffix(".0") + letter
    return f"{number:,}"


@register.simple_tag(takes_context=True)
def when(context: Mapping[str, Any], moment: object, account: object = None) -> SafeString:
    """A time in the account's zone, with the reader's own and UTC beside it."""
    at = _moment(moment)
    if at is None:
        return format_html('<span class="text-secondary">{}</span>', moment or "never")
    own, *others = _zoned(at, account, context)
    rest = " · ".join(f"{_beside(local, own[1])} {name}" for name, local in others)
    return format_html(
        '<time class="when" datetime="{}"><span class="when-own">{} <small>{}</small></span>{}</time>',
        _iso(at),
        own[1].strftime("%d %b %Y, %H:%M"),
        own[0],
        format_html('<span class="when-rest">{}</span>', rest) if rest else "",
    )


@register.simple_tag(takes_context=True)
def ago(context: Mapping[str, Any], moment: object, account: object = None) -> SafeString:
    """How long ago, for dense lists; the three zones are in its title."""
    at = _moment(moment)
    if at is None:
        return format_html('<span class="text-secondary">{}</span>', moment or "never")
    return _draw_distance(context, at, account, _say_distance(context, at))


@register.simple_tag(takes_context=True)
def between(context: Mapping[str, Any], low: datetime, high: datetime, account: object = None) -> SafeString:
    """When something to come will be; said once where both moments are as far: "in 33 h to 3 days", "in 3 days"."""
    first, last = (_say_distance(context, at) for at in (low, high))
    if first == last:
        return _draw_distance(context, high, account, last)
    rest = last.removeprefix("in ") if first.startswith("in ") else last
    return format_html(
        "{} to {}", *(_draw_distance(context, at, account, text) for at, text in ((low, first), (high, rest)))
    )


def _say_distance(context: Mapping[str, Any], at: datetime) -> str:
    shell = context.get("shell")
    return words.say_distance((shell.now - at).total_seconds()) if shell else at.strftime("%d %b %Y")


def _draw_distance(context: Mapping[str, Any], at: datetime, account: object, text: str) -> SafeString:
    lines = [f"{local.strftime('%d %b %Y, %H:%M:%S')} {name}" for name, local in _zoned(at, account, context)]
    return format_html('<time datetime="{}" title="{}">{}</time>', _iso(at), "\n".join(lines), text)


@register.simple_tag(takes_context=True)
def clock(context: Mapping[str, Any], moment: object, account: object = None) -> SafeString:
    """The time of day with seconds, for what happens within minutes."""
    at = _moment(moment)
    if at is None:
        return format_html("{}", "")
    zoned = _zoned(at, account, context)
    lines = [f"{local.strftime('%d %b %Y, %H:%M:%S')} {name}" for name, local in zoned]
    name, local = zoned[0]
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', _iso(at), "\n".join(lines), f"{local:%H:%M:%S}"
    )


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """Our state of a campaign (design section 6)."""
    word = words.STATES.get(state)
    if word is None:
        return format_html('<span class="state state-quiet">{}</span>', state)
    return format_html(
        '<span class="state state-{}" title="{}"><span class="state-dot"></span>{}</span>',
        word.tone,
        word.more,
        word.text,
    )


@register.simple_tag
def word_badge(word: words.Word) -> SafeString:
    return format_html('<span class="state state-{}" title="{}">{}</span>', word.tone, word.more, word.text)


@register.filter
def receipt(state: object) -> words.Word:
    """What became of an item of a proposal."""
    return words.RECEIPTS.get(str(state), words.Word("", "quiet"))


@register.simple_tag
def status_words(level: str, status: str) -> SafeString:
    """TikTok's secondary status in words; one we do not know is shown raw."""
    word = words.say_status(level, status)
    return format_html('<span class="delivery tone-{}" title="{}">{}</span>', word.tone, word.more, word.text)


@register.filter
def span(seconds: int) -> str:
    """A length of time in the unit that one counts it in: `40 seconds`, `12 minutes`, `3 hours`."""
    for unit, length in (("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{round(seconds / length)} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


@register.filter
def phrase(word: object) -> str:
    """TikTok's word for people: `BUDGET_MODE_TOTAL` as `Lifetime`; unknown ones as they are."""
    return words.say_word(word)


@register.filter
def finding_icon(level: object) -> str:
    return words.FINDING_ICONS.get(str(level), "info-circle")


@register.filter
def finding_word(level: object) -> str:
    return words.FINDING_WORDS.get(str(level), str(level))


@register.filter
def finding_tone(level: object) -> str:
    return words.FINDING_TONES.get(str(level), "quiet")


@register.filter
def change_word(act: object) -> str:
    return words.CHANGES.get(str(act), str(act))


@register.filter
def level_word(level: object) -> str:
    return Level(str(level)).label


@register.filter
def meaning_word(meaning: object, certain: object = False) -> str:
    """What an error means, in a few words. One we do not know is a refusal when it is certain."""
    return words.MEANINGS.get(str(meaning), words.MEANINGS["refused" if certain else "unsure"])[0]


@register.filter
def next_words(error: Mapping[str, Any], certain: object = False) -> str:
    """What happens next after an error, by itself or by a person; of what is tried again by what the call was about."""
    meaning = str(error.get("meaning"))
    if not certain and meaning in words.LOOKED_AFTER or meaning not in words.MEANINGS and not certain:
        return words.say_look(str(error.get("endpoint") or ""), meaning)
    return words.MEANINGS.get(meaning, words.MEANINGS["refused"])[1]


@register.filter
def plain(value: object) -> str:
    """A member's value as one reads it: lists with commas, true and false, the rest as JSON."""
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list() if not any(isinstance(item, dict | list) for item in value):
            return ", ".join(str(item) for item in value)
        case float() | Decimal():
            return f"{Decimal(str(value)).normalize():f}"  # 950.0 at TikTok and our 950 read alike
        case int():
            return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def figure(value: object) -> str:
    """A house number as people write it: 15, 7.5."""
    return write_number(value) if isinstance(value, Decimal) else str(value)


@register.filter
def example_lines(passport: Passport) -> list[tuple[str, str]]:
    """A rule's example as (member, value in words)."""
    return list_changes(passport)


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: object) -> Any:
    return (mapping or {}).get(key)


def _currency(account: object) -> Currency | None:
    match account:
        case Currency():
            return account
        case Advertiser():
            return CURRENCIES.get(account.currency)
        case str():
            return CURRENCIES.get(account)
    return getattr(account, "currency", None)


def _moment(moment: object) -> datetime | None:
    try:
        return read_moment(moment).astimezone(UTC)
    except ValueError:
        return None


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _zoned(at: datetime, account: object, context: Mapping[str, Any]) -> list[tuple[str, datetime]]:
    """(name, local time) in the account's zone, the reader's and UTC; a zone of the same time is said once."""
    shell = context.get("shell")
    zones = [(_zone_of(account), "account"), (shell.zone if shell else "", "you"), ("UTC", "")]
    shown: list[tuple[str, list[str], datetime]] = []
    for zone, whose in zones:
        try:
            local = at.astimezone(ZoneInfo(zone)) if zone else None
        except (ZoneInfoNotFoundError, ValueError):
            continue
        if local is None:
            continue
        same = next((names for _, names, earlier in shown if earlier.utcoffset() == local.utcoffset()), None)
        if same is None:
            shown.append((zone.rpartition("/")[2].replace("_", " "), [whose] if whose else [], local))
        elif whose:
            same.append(whose)
    return [(f"{city} ({', '.join(names)})" if names else city, local) for city, names, local in shown]


def _zone_of(account: object) -> str:
    return account if isinstance(account, str) else str(getattr(account, "zone", "") or "")


def _beside(local: datetime, own: datetime) -> str:
    """The hour; with the day where it is another one."""
    return local.strftime("%H:%M") if local.date() == own.date() else local.strftime("%d %b %H:%M")
