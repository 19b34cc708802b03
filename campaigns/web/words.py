"""TikTok's words, and ours, as people say them. Knows no rows; an unknown word is shown as it came."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELIVERY_OK, DISABLED, TIME_DONE, find_primary


@dataclass(frozen=True, slots=True)
class Word:
    """`tone` is one of good, busy, wait, bad, quiet; `more` says what it means for the reader."""

    text: str
    tone: str
    more: str = ""


STATES: Mapping[str, Word] = {
    "draft": Word("Draft", "quiet", "Not sent to TikTok; nothing can spend."),
    "launching": Word(
        "Launching", "busy", "Objects are being made, switched off; the campaign goes on last."
    ),
    "live": Word("Live", "good", "The campaign is switched on at TikTok."),
    "paused": Word("Paused", "wait", "The campaign is switched off at TikTok; it cannot spend."),
    "failed": Word(
        "Launch stopped", "bad", "TikTok refused something. What was made is off and spends nothing."
    ),
    "needs_person": Word(
        "Needs a person", "bad", "Nobody can be sure what TikTok holds; somebody has to look."
    ),
    "removed": Word("Removed", "quiet", "It is no longer at TikTok."),
}
PROPOSAL_STATES: Mapping[str, Word] = {
    "open": Word("To decide", "wait", "Nobody has decided about it yet."),
    "returned": Word("Returned", "busy", "Whoever asked may answer, accept another value or take it back."),
    "waiting": Word(
        "Waits for the lock", "busy", "Decided: it goes by itself when the lock opens, judged again then."
    ),
    "bounded": Word(
        "Approved within bounds", "busy", "It goes by itself while the live value lies in its bounds."
    ),
    "applied": Word("Gone out", "good", "Every item is wanted from then on and on its way to TikTok."),
    "stopped": Word("Stopped", "bad", "An item could not go; its receipt says why."),
    "refused": Word("Refused", "quiet"),
    "withdrawn": Word("Taken back", "quiet"),
    "stale": Word("Fell: STALE", "bad", "The live value moved before it went out."),
    "expired": Word("Ended", "quiet", "Nobody decided in time."),
}
LEARNING: Mapping[str, Word] = {
    "not_delivering": Word("Not delivering", "quiet", "No delivery, so nothing is learned."),
    "learning": Word("Learning", "busy", "A change of it begins learning anew, so it waits for a manager."),
    "left": Word("Left learning", "good", "Open: changes within the pace go out at once."),
    "stuck": Word("Stuck", "wait", "The learning days are over with results short: open."),
}
RECEIPTS: Mapping[str, Word] = {
    "done": Word("on its way", "good"),
    "refused": Word("refused", "bad"),
    "stale": Word("STALE", "bad"),
    "unsure": Word("not sure", "wait"),
    "untried": Word("not tried", "quiet"),
}
FINDING_ICONS = {
    "refuse": "circle-x",
    "escalate": "gavel",
    "confirm": "help-circle",
    "advice": "bulb",
    "open": "circle-dashed",
}
FINDING_WORDS = {
    "refuse": "Must be mended",
    "escalate": "A manager must approve",
    "confirm": "Needs your yes",
    "advice": "Advice",
    "open": "To fill in",
}
TO_CONFIRM = "asks for your yes"  # beside a choice
FINDING_TONES = {"refuse": "bad", "escalate": "wait", "confirm": "wait", "advice": "busy", "open": "quiet"}
CHANGES = {
    "created": "Created",
    "edited": "Edited",
    "discarded": "Discarded",
    "launched": "Launched",
    "grew": "Added to",
    "paused": "Paused the launch of",
    "resumed": "Resumed the launch of",
    "cancelled": "Cancelled the launch of",
    "remade": "Made lost objects again in",
    "resolved": "Settled",
    "stopped": "Paused",
    "started": "Started",
    "connected": "Connected",
    "disconnected": "Disconnected",
    "token_refused": "TikTok refused the token of",
    "not_renewed": "TikTok did not renew the token of",
    "policy": "Changed a house number of",
    "webhook_set": "Set a webhook of",
    "webhook_removed": "Removed a webhook of",
    "people": "Changed who is a member of",
    "security": "Changed how they sign in to",
    "token_made": "Made a token for",
    "token_revoked": "Took a token back from",
    "took": "Took TikTok's values into",
    "removed": "Removed at TikTok",
    "switched_off": "Switched off a late twin in",
    "proposed": "Proposed a change of",
    "decided": "Decided about a proposal for",
    "envelope": "Set the envelope of",
    "utm": "Set the URL parameters of",
    "restored": "Put the database back from a backup for",
}
# Each kind of notice, as a box in a form says it
NOTICES: Mapping[str, str] = {
    "launch_finished": "a launch came to its end",
    "needs_person": "nobody can be sure what TikTok holds",
    "status_changed": "a campaign's status moved at TikTok",
    "review_refused": "TikTok's review refused something",
    "drift_found": "TikTok holds something otherwise than wanted",
    "lock_opened": "an ad group left learning",
    "proposal_waiting": "a change waits for a manager",
    "proposal_decided": "a manager decided",
    "reconnect_needed": "an account must be connected anew",
}
# ... with its icon and tone in the list
NOTICE_LOOKS: Mapping[str, tuple[str, str]] = {
    "launch_finished": ("rocket", "good"),
    "needs_person": ("hand-stop", "bad"),
    "status_changed": ("activity", "busy"),
    "review_refused": ("circle-x", "bad"),
    "drift_found": ("git-compare", "wait"),
    "lock_opened": ("lock-open", "good"),
    "proposal_waiting": ("gavel", "wait"),
    "proposal_decided": ("checks", "busy"),
    "reconnect_needed": ("plug-connected", "bad"),
}
MEND = "Mend it and launch again; what was made stays, switched off."
# What an error means (tiktok/errors.py): its name, and what happens next.
MEANINGS: Mapping[str, tuple[str, str]] = {
    "rules": ("Our last check stopped it", MEND),
    "refused": ("TikTok refused it", MEND),
    "differs": (
        "TikTok holds it otherwise",
        "Say which value it is to have, or mend it at TikTok; then the launch goes on.",
    ),
    "brings_back": ("On its way back to the plan", "It is read back once more before anything goes on."),
    "surplus": (
        "There are more of it than we made",
        "Remove the surplus, which the tab Plan names once it was read, then let the launch go on.",
    ),
    "throttled": ("TikTok asks us to slow down", "It goes on by itself."),
    "paced": ("We keep to our own pace", "Nothing was sent yet; it goes on by itself."),
    "conflict": ("Another write to it is under way at TikTok", "It goes on by itself."),
    "duplicate": (
        "TikTok has seen this request before",
        "We look whether it was made before anything is sent again.",
    ),
    "token": (
        "TikTok refuses our token",
        "An administrator has to connect the account anew; the launch then goes on.",
    ),
    "permission": (
        "The connection may not do this",
        "Give the connection this right at TikTok, then launch again.",
    ),
    "allowlist": ("TikTok has not opened Smart+ for this account", "Ask TikTok for it, then launch again."),
    "missing": ("TikTok does not find it", "Look whether it was removed there, then launch again."),
    "crash": (
        "A fault of ours",
        "Nothing is tried again by itself. Tell an administrator; then let the launch go on, or change it again.",
    ),
    "unreachable": ("TikTok cannot be reached", "Nothing was sent; it goes on by itself."),
    "unsure": ("No clear answer", "We look whether it was made before anything is sent again."),
}
LOOKED_AFTER = ("unsure", "duplicate", "missing")  # unless a person is asked


def say_look(endpoint: str, meaning: str) -> str:
    """What is looked at after a call that has no clear answer: only one that makes something can have made it."""
    if meaning == "missing" or endpoint.endswith("/get/"):
        return "It is read back again."
    if not endpoint or "/create/" in endpoint:
        return MEANINGS["unsure"][1]
    return "We look whether it was taken before anything is sent again."


CURRENCY_MARKS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "KRW": "₩",
    "INR": "₹",
    "BRL": "R$",
    "ILS": "₪",
}

# Secondary statuses (fact sheet 9.2-9.4) without their level in front.
_STATUSES: Mapping[str, Word] = {
    "ENABLE": Word("On", "good", "Switched on; its ad groups and ads decide whether it delivers."),
    "DISABLE": Word("Paused", "wait", "Switched off at this level."),
    "AWAITING_RELEASE": Word("Awaiting release", "wait"),
    "DELIVERY_OK": Word("Delivering", "good"),
    "PARTIAL_AUDIT_DELIVERY_OK": Word("Delivering, in part still in review", "good"),
    "REVIEW_PARTIALLY_APPROVED": Word("Delivering, in part refused in review", "good"),
    "SHADOW_ADGROUP_REAUDIT": Word("Delivering, an edit is in review", "good"),
    "SEARCH_KEYWORDS_PARTIAL_APPROVED": Word("Delivering, some search keywords refused", "good"),
    "DELIVERY_AND_REAUDIT": Word("Delivering, an edit is in review", "good"),
    "DELIVERY_AND_TRANSCODING_FAIL": Word("Delivering, a video could not be converted", "good"),
    "CAMPAIGN_DISABLE": Word("Campaign paused", "wait"),
    "ADGROUP_DISABLE": Word("Ad group paused", "wait"),
    "CREATE": Word("Being set up at TikTok", "busy"),
    "AUDIT": Word("In review at TikTok", "busy", "TikTok's review usually takes some hours."),
    "REAUDIT": Word("In review again at TikTok", "busy"),
    "AUDIT_DENY": Word("Refused in review", "bad"),
    "ADGROUP_AUDIT_DENY": Word("Ad group refused in review", "bad"),
    "PARTIAL_AUDIT_NO_DELIVERY": Word("In part in review, not delivering", "busy"),
    "ADGROUP_PARTIAL_AUDIT_NO_DELIVERY": Word("Ad group in part in review, not delivering", "busy"),
    "NOT_START": Word("Not started yet", "wait", "Its schedule begins later."),
    "BUDGET_EXCEED": Word("Budget used up", "wait"),
    "CAMPAIGN_EXCEED": Word("Campaign budget used up", "wait"),
    "BALANCE_EXCEED": Word("Account balance used up", "bad"),
    "PIXEL_UNBIND": Word("Pixel no longer linked", "bad"),
    "TRANSCODING_FAIL": Word("Video could not be converted", "bad"),
    "PROCESS_AUDIO": Word("Sound being processed", "busy"),
    "MUSIC_AUTHORIZATION_MISSING": Word("Music not licensed for ads", "bad"),
    "ASSET_AUTHORIZATION_LOST": Word("Right to a creative was lost", "bad"),
    "ADGROUP_ASSET_AUTHORIZATION_LOST": Word("Right to a creative of the ad group was lost", "bad"),
    "ADGROUP_QUOTA_LIMIT": Word("Over the limit of active ad groups", "bad"),
    "AD_QUOTA_LIMIT": Word("Over the limit of active ads", "bad"),
    "ADGROUP_PRE_ONLINE": Word("About to go online", "busy"),
    "AD_PRE_ONLINE": Word("About to go online", "busy"),
    "FROZEN": Word("Frozen by TikTok", "bad"),
    "LIVE_NOT_START": Word("Live session not started", "wait"),
    "LIVE_OFFLINE": Word("Live session is over", "wait"),
    "INDUSTRY_QUALIFICATION_MISSING": Word("Proof for this industry missing", "bad"),
    "INDUSTRY_QUALIFICATION_EXPIRED": Word("Proof for this industry expired", "bad"),
    "INDUSTRY_QUALIFICATION_DENY": Word("Proof for this industry refused", "bad"),
    "ADGROUP_INDUSTRY_QUALIFICATION_MISSING": Word("Proof for this industry missing", "bad"),
    "ADGROUP_INDUSTRY_QUALIFICATION_EXPIRED": Word("Proof for this industry expired", "bad"),
    "ADGROUP_INDUSTRY_QUALIFICATION_DENY": Word("Proof for this industry refused", "bad"),
    "IDENTITY_USED_BY_GMV_MAX_AD": Word("Identity taken by a GMV Max campaign", "bad"),
    "SEARCH_KEYWORDS_IN_REVIEW": Word("Search keywords in review", "busy"),
    "SEARCH_KEYWORDS_NOT_AVAILABLE": Word("No search keyword approved", "bad"),
    "PRODUCT_UNAVAILABLE": Word("Product not available", "bad"),
    "ANCHOR_UNAVAILABLE": Word("Link in the video not available", "bad"),
    "COLLECTION_TOGGLED_OFF": Word("Collection switched off", "wait"),
    "PRIVACY_POLICY_REJECTED": Word("Privacy policy refused", "bad"),
    "PRIVACY_POLICY_AUDIT": Word("Privacy policy in review", "busy"),
    "ADVERTISER_AUDIT": Word("Account in review at TikTok", "busy"),
    "ADVERTISER_AUDIT_DENY": Word("Account refused in review", "bad"),
    "ADVERTISER_CONTRACT_PENDING": Word("Account contract pending", "bad"),
    "ADVERTISER_ACCOUNT_PUNISH": Word("Account punished by TikTok", "bad"),
    "TIME_DONE": Word("Schedule is over", "quiet"),
    "DONE": Word("Schedule is over", "quiet"),
    "DELETE": Word("Deleted", "quiet"),
    "CAMPAIGN_DELETE": Word("Campaign deleted", "quiet"),
    "ADGROUP_DELETE": Word("Ad group deleted", "quiet"),
}
_WORDS: Mapping[str, str] = {
    "BUDGET_MODE_DYNAMIC_DAILY_BUDGET": "daily",
    "BUDGET_MODE_DAY": "daily",
    "BUDGET_MODE_TOTAL": "lifetime",
    "BUDGET_MODE_INFINITE": "no budget of its own",
    "WEB_CONVERSIONS": "Web conversions",
    "LEAD_GENERATION": "Lead generation",
    "APP_PROMOTION": "App promotion",
    "ENABLE": "On",
    "DISABLE": "Off",
    "FROZEN": "Frozen by TikTok",
    "DELETE": "Deleted",
    "automatic": "automatic",
    "manual": "manual",
}


def say_status(level: str, status: str) -> Word:
    """A secondary status in words; one we do not know raw, said to be so."""
    for start in (f"{level.upper()}_STATUS_", "ADGROUP_STATUS_", ""):
        if status.startswith(start) and status.removeprefix(start) in _STATUSES:
            return _STATUSES[status.removeprefix(start)]
    if not status:
        return Word("Not read yet", "quiet")
    return Word(status, "quiet", "TikTok's own word; we do not know this one yet.")


def say_word(word: object) -> str:
    return _WORDS.get(str(word), str(word)) if word not in (None, "") else ""


def say_delivery(
    campaign_status: str, adgroups: Mapping[str, int], ads: Mapping[str, int], *, on: bool = True
) -> Word:
    """One sentence on a whole tree from TikTok's statuses of it: the first level that says why not, else the ads'.

    `on`: how TikTok holds the campaign's switch. A status that says otherwise was read before it was turned.
    """
    own = say_status(Level.CAMPAIGN, campaign_status)
    if not on:
        return _STATUSES["DISABLE"]
    if find_primary(Level.CAMPAIGN, campaign_status) == DISABLED:
        return Word("Going on", "busy", "Switched on; TikTok's status of it was not read since.")
    if find_primary(Level.CAMPAIGN, campaign_status) != DELIVERY_OK:
        return own
    total = sum(ads.values())
    running = sum(count for status, count in ads.items() if find_primary(Level.AD, status) == DELIVERY_OK)
    if running:
        return Word("Delivering" if running == total else f"Delivering, {running} of {total} ads", "good")
    for level, statuses in ((Level.ADGROUP, adgroups), (Level.AD, ads)):
        live = {name: count for name, count in statuses.items() if name and not _is_echo(level, name)}
        if live:
            most, count = Counter(live).most_common(1)[0]
            primary, word = find_primary(level, most), say_status(level, most)
            if primary == DISABLED:
                return _say_paused(level, count, sum(live.values()), word)
            if level is Level.AD or primary != DELIVERY_OK:
                spread = f" ({count} of {sum(live.values())} {_plural(level)})" if len(live) > 1 else ""
                return Word(word.text + spread, word.tone, word.more)
    return own


def _say_paused(level: Level, count: int, total: int, word: Word) -> Word:
    """What is paused below a campaign that is on, so that it does not read as if the campaign were both."""
    things = _plural(level)
    text = f"{count} of {total} {things} are paused" if count < total else f"On, but all {things} are paused"
    if total == 1:
        text = f"On, but its {things.removesuffix('s')} is paused"
    return Word(text, word.tone, "The campaign is on; nothing is delivered until one of them is on again.")


def is_moving(word: Word) -> bool:
    """In review or on the way: worth asking again soon."""
    return word.tone == "busy"


def say_distance(seconds: float) -> str:
    """How far away a moment is: `3 min ago`, `in 2 h`."""
    size = abs(seconds)
    if size < 5:
        return "just now"
    for limit, divisor, unit in (
        (90, 1, "s"),
        (5400, 60, "min"),
        (129_600, 3600, "h"),
        (3_888_000, 86_400, "days"),
    ):
        if size < limit:
            text = f"{round(size / divisor)} {unit}"
            break
    else:
        text = f"{round(size / 2_592_000)} months"
    return f"{text} ago" if seconds > 0 else f"in {text}"


def _is_echo(level: Level, status: str) -> bool:
    """A lower level that only repeats the switch or the end of a higher one."""
    return find_primary(level, status) in (DISABLED, TIME_DONE) and status.split("_STATUS_")[-1] in (
        "CAMPAIGN_DISABLE",
        "ADGROUP_DISABLE",
    )


def _plural(level: Level) -> str:
    return "ad groups" if level is Level.ADGROUP else "ads"
