"""One account: whether it is ready for Smart+, each thing with what was found and when; and disconnecting it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from campaigns import queries
from campaigns.contract.permissions import name_permission
from campaigns.models import Advertiser, Change
from campaigns.services import disconnecting, readiness
from campaigns.services.errors import WrongState
from campaigns.services.readiness import Allowlist, read_allowlist
from campaigns.sync.clock import read_now
from campaigns.web.guard import acts_for, page, person_of
from campaigns.web.templatetags.smartplus import money

_OWNED = (
    ("pixels", "Pixels", "Web conversions need one. Make it in TikTok's Events Manager, then look again."),
    (
        "identities",
        "Identities",
        "Ads on TikTok need a TikTok account to speak for them. Link one in TikTok's Ads Manager or Business Center.",
    ),
    ("videos", "Videos", "Upload one in TikTok's Ads Manager, then look again."),
    ("pictures", "Pictures", ""),
    ("posts", "Posts", ""),
    ("places", "Places to target", ""),
    ("languages", "Languages", ""),
    ("interests", "Interests", ""),
    ("audiences", "Custom audiences", ""),
)
_STATUSES = {
    "STATUS_ENABLE": "open for delivery",
    "STATUS_DISABLE": "switched off at TikTok",
    "STATUS_LIMIT": "punished by TikTok: it does not deliver",
    "STATUS_CONTRACT_PENDING": "its contract is pending",
    "STATUS_CONFIRM_FAIL": "refused in TikTok's review of the account",
    "STATUS_CONFIRM_FAIL_END": "refused in TikTok's review of the account",
    "STATUS_PENDING_CONFIRM": "in TikTok's review of the account",
    "STATUS_PENDING_VERIFIED": "waiting to be verified",
}
_MISSING_SCOPE = (
    "Ask for it in the app's settings at TikTok's developer portal (My Apps › App Detail › Scope of permission), "
    "then connect anew."
)
_ANY_PERMISSION = "Tick it on TikTok's page when you connect anew."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `ok` None: not known. `at`: when TikTok told; `fix`: the way out of what is missing."""

    title: str
    ok: bool | None
    text: str
    at: datetime | None = None
    fix: str = ""
    key: str = ""


@page
def show_account(request: HttpRequest, advertiser_id: str) -> HttpResponse:
    """How far the account is ready; a POST asks TikTok again."""
    account, person = find_account(request, advertiser_id), person_of(request)
    if request.method == "POST":
        readiness.look_again(actor=person, advertiser=account, now=read_now())
        if broken := account.readiness.get("broken"):
            messages.warning(
                request, f"TikTok could not be asked: {broken['message']}. What is shown is older."
            )
        else:
            messages.success(request, "Looked again.")
        return redirect("account", advertiser_id=account.advertiser_id)
    allowlist = read_allowlist(account)
    checks = list_checks(account, allowlist)
    acts = acts_for(person, account)
    context = {
        "account": account,
        "connection": account.connection,
        "role": queries.role_of(person, account),
        "checks": checks,
        "missing": [check for check in checks if check.ok is False],
        "unknown": [check for check in checks if check.ok is None],
        "closed": allowlist.ok is False,
        "request_text": write_request(account),
        "permissions": [(number, name_permission(number)) for number in account.connection.scopes or ()],
        "may_look": acts["look"],
        "may_connect": acts["connect"],
    }
    return render(request, "accounts/account.html", context)


@page
def disconnect_account(request: HttpRequest, advertiser_id: str) -> HttpResponse:
    """What would run on without us; `act` pauses it first, or disconnects."""
    account, person, now = find_account(request, advertiser_id), person_of(request), read_now()
    if request.method == "POST" and request.POST.get("act") == "pause":
        count = disconnecting.pause_all(actor=person, door=Change.Door.PAGE, advertiser=account, now=now)
        messages.success(request, f"{count} on their way to being paused. Look again in a moment.")
        return redirect("account-disconnect", advertiser_id=account.advertiser_id)
    problem = ""
    if request.method == "POST":
        try:
            taken = disconnecting.disconnect(
                actor=person,
                door=Change.Door.PAGE,
                advertiser=account,
                leave_running="leave_running" in request.POST,
                now=now,
            )
        except WrongState as error:
            if account.disconnected_at:
                raise
            problem = error.message
        else:
            _say_disconnected(request, account, taken)
            return redirect("account", advertiser_id=account.advertiser_id)
    running = disconnecting.read_running(actor=person, advertiser=account, now=now)
    if account.disconnected_at:
        return redirect("account", advertiser_id=account.advertiser_id)
    context = {"account": account, "running": running, "problem": problem}
    return render(request, "accounts/disconnect.html", context, status=422 if problem else 200)


def find_account(request: HttpRequest, advertiser_id: str) -> Advertiser:
    """Raises Http404 for one that the person is no member of."""
    found = queries.list_accounts(person_of(request)).filter(advertiser_id=advertiser_id).first()
    if found is None:
        raise Http404("no such account among the person's")
    account: Advertiser = found
    return account


def list_checks(account: Advertiser, allowlist: Allowlist) -> list[Check]:
    """All that P8 asks for and what an account needs to own, in the order in which it stops a launch."""
    found = account.readiness
    checks = [_check_token(account), _check_status(account, found.get("account")), *_check_scopes(found)]
    probe = found.get("smart_plus")
    if isinstance(probe, Mapping) and probe.get("ok") is False:
        checks.append(Check("Campaigns can be read", False, _say(probe), _time(probe), _ANY_PERMISSION))
    checks.append(
        Check(
            "Allowed by TikTok to make Smart+ campaigns",
            allowlist.ok,
            allowlist.message,
            allowlist.at,
            "TikTok opens Smart+ account by account (code 40118). Send the text below to your TikTok representative.",
            key="allowlist",
        )
    )
    return checks + [_check_owned(found, *row) for row in _OWNED]


def write_request(account: Advertiser) -> str:
    """What a TikTok representative needs to know to open Smart+ for an account."""
    app = account.connection.app_id or settings.TIKTOK_APP_ID
    lines = [
        "Hello,",
        "",
        "please enable Upgraded Smart+ campaign management through the Marketing API for our ad account.",
        "",
        f"Ad account: {account.name}",
        f"Advertiser id: {account.advertiser_id}",
        *([f"Business Center id: {account.bc_id}"] if account.bc_id else []),
        *([f"Developer app id: {app}"] if app else []),
        f"Country and currency: {account.country or 'unknown'}, {account.currency}",
        "",
        "Calls that create or change Smart+ campaigns, ad groups and ads are answered with code 40118 (not on the allowlist). "
        "We need the endpoints under /open_api/v1.3/smart_plus/, with the permissions Ads Management, Reporting and "
        "Creative Management > Creative tool, which our app holds or has asked for.",
        "",
        "Thank you.",
    ]
    return "\n".join(lines)


def _check_token(account: Advertiser) -> Check:
    connection, title = account.connection, "TikTok takes our token"
    if account.disconnected_at:
        return Check(title, None, "The account is disconnected.", account.disconnected_at)
    if connection.refused_at:
        return Check(title, False, connection.refusal, connection.refused_at, "Connect it anew.")
    if connection.trouble:
        return Check(title, False, f"It is not renewed: {connection.trouble}", None, "Connect it anew.")
    if not account.readiness.get("checked_at"):
        return Check(title, None, "not looked at")
    kind = "a short-term token, renewed by itself" if connection.expires_at else "a token without an end"
    return Check(title, True, kind, datetime.fromisoformat(account.readiness["checked_at"]))


def _check_status(account: Advertiser, found: Any) -> Check:
    title = "The account at TikTok"
    if not isinstance(found, Mapping):
        return Check(title, None, "not looked at")
    status = str(found.get("status") or "")
    text = _STATUSES.get(status, status) or _say(found)
    if found.get("balance") is not None:
        text = f"{text}; {money(Decimal(found['balance']), account)} on it"
    return Check(
        title, found.get("ok"), text, _time(found), "TikTok's Ads Manager says what it wants of you."
    )


def _check_scopes(found: Mapping[str, Any]) -> Iterator[Check]:
    for row in found.get("scopes") or []:
        number = row.get("number")
        title = f"{row.get('scope')} ({number})" if number else str(row.get("scope"))
        text = "given" if row.get("ok") else _say(row)
        yield Check(title, row.get("ok"), text, _time(row), _MISSING_SCOPE)


def _check_owned(found: Mapping[str, Any], kind: str, title: str, fix: str) -> Check:
    row = found.get(kind)
    if not isinstance(row, Mapping):
        return Check(title, None, "not looked at")
    if not row.get("ok"):
        return Check(title, row.get("ok"), _say(row), _time(row), _ANY_PERMISSION)
    count = int(row.get("count") or 0)
    needed = bool(fix)
    return Check(title, count > 0 or not needed, str(count) if count else "none", _time(row), fix)


def _say(row: Mapping[str, Any]) -> str:
    code = f" (code {row['code']})" if row.get("code") else ""
    return f"{row.get('message') or 'could not be read'}{code}"


def _time(row: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(row["at"]) if row.get("at") else None


def _say_disconnected(request: HttpRequest, account: Advertiser, taken: bool | None) -> None:
    said = f"{account.name} is disconnected. All that is known of it stays."
    if taken:
        said += " It was the connection's last account, so TikTok took the token back."
    if taken is False:
        messages.warning(
            request,
            "TikTok did not confirm that the token is taken back. Withdraw it in TikTok's settings too.",
        )
    messages.success(request, said)
