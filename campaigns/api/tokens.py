"""A client's own token over REST: what it is good for, and taking it back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples
from campaigns.api.gate import DOOR, Gate, read_body
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import malformed, not_found
from campaigns.api.shapes import AMOUNT, NUMBER, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL, Shape, words
from campaigns.api.shapes_house import LINK
from campaigns.api.trees import show_time
from campaigns.contract.shape import read_money
from campaigns.models import Advertiser, ClientToken
from campaigns.rules.authority import Scope
from campaigns.services import tokens
from campaigns.services.tokens import TokenLimits
from campaigns.sync.clock import read_real_time


class Token(Shape):
    about = "A token without its text. `key` is how it begins; `accounts` null: all of its owner's."
    members = {
        "key": TEXT,
        "name": TEXT,
        "owner": TEXT,
        "current": {"type": "boolean", "description": "whether this request came with it"},
        "scopes": {"type": "array", "items": words(*Scope)},
        "accounts": {"type": ["array", "null"], "items": TEXT},
        "largest_budget": {**AMOUNT, "type": ["string", "null"]},
        "changes_per_day": {"type": ["integer", "null"]},
        "must_propose": {
            "type": "boolean",
            "description": "every change of something live becomes a proposal",
        },
        "launch_needs_person": {"type": "boolean"},
        "created_at": TIME,
        "expires_at": TIME_OR_NULL,
        "last_used_at": TIME_OR_NULL,
    }


class TokenList(Shape):
    about = "Your tokens, and those that reach accounts which you administer, in one page."
    members = {"next": LINK, "previous": LINK, "results": [Token]}


class TokenOrder(Shape):
    about = "A token to be made. `accounts` left out or null: all of yours."
    members = {
        "name": TEXT,
        "scopes": {"type": "array", "items": words(*Scope)},
        "accounts": {"type": ["array", "null"], "items": TEXT},
        "days": NUMBER,
        "largest_budget": {"type": ["string", "number", "null"]},
        "changes_per_day": {"type": ["integer", "null"]},
        "must_propose": {"type": "boolean"},
        "launch_needs_person": {"type": "boolean"},
    }
    optional = ("accounts", "largest_budget", "changes_per_day", "must_propose", "launch_needs_person")


class FreshToken(Shape):
    about = (
        "The one time a token's text is told: a repeat with the same Idempotency-Key has null in its place."
    )
    members = {**Token.members, "token": TEXT_OR_NULL}


class Tokens(Gate):
    told_once = ("token",)

    @extend_schema(summary="Tokens that you may take back", responses={200: TokenList})
    def get(self, request: Request) -> Response:
        found = [_show(item, request) for item in queries.visible_tokens(self.person)]
        return Response({"next": None, "previous": None, "results": found})

    @extend_schema(
        summary="Make a token of your own",
        description="Only for people who are logged in: a token makes no tokens (403).",
        request=TokenOrder,
        responses={201: FreshToken},
        examples=[examples.TOKEN],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        token, secret = tokens.make_token(
            actor=self.person,
            door=DOOR,
            name=_read(body, "name", str),
            scopes=[str(item) for item in _read(body, "scopes", list)],
            accounts=self._read_accounts(body),
            days=_read(body, "days", int),
            limits=_read_limits(body),
            now=read_real_time(),
        )
        return Response({**_show(token, request), "token": secret}, status=201)

    def _read_accounts(self, body: dict[str, Any]) -> list[Advertiser] | None:
        if body.get("accounts") is None:
            return None
        wanted = [str(item) for item in _read(body, "accounts", list)]
        found = list(queries.visible_to(self.person).filter(advertiser_id__in=wanted))
        if missing := sorted(set(wanted) - {item.advertiser_id for item in found}):
            raise malformed("accounts", f"you are no member of {missing[0][:40]}")
        return found


class OneToken(Gate):
    @extend_schema(summary="Take a token back; it is good for nothing from then on", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        token = queries.visible_tokens(self.person).filter(token_key=key).first()
        if token is None:
            raise not_found("There is no such token, or it is not yours to take back.")
        tokens.revoke_token(actor=self.person, door=DOOR, token=token, now=read_real_time())
        return Response(status=204)


def _read(body: dict[str, Any], name: str, kind: type) -> Any:
    value = body.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        said = {str: "text", list: "a list", int: "a whole number"}[kind]
        raise malformed(name, f"write {said}")
    return value


def _read_limits(body: dict[str, Any]) -> TokenLimits:
    try:
        budget = None if body.get("largest_budget") is None else read_money(body["largest_budget"])
    except ValueError as error:
        raise malformed("largest_budget", 'write an amount, such as "500.00"') from error
    switches = {name: body.get(name, False) for name in ("must_propose", "launch_needs_person")}
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise malformed(name, "write true or false")
    changes = None if body.get("changes_per_day") is None else _read(body, "changes_per_day", int)
    return TokenLimits(largest_budget=budget, changes_per_day=changes, **switches)


def _show(token: ClientToken, request: Request) -> dict[str, Any]:
    return {
        "key": token.token_key,
        "name": token.name,
        "owner": token.user.username,
        "current": request.auth == token,
        "scopes": token.scopes,
        "accounts": None if token.every_account else [item.advertiser_id for item in token.accounts.all()],
        "largest_budget": None if token.largest_budget is None else f"{token.largest_budget.normalize():f}",
        "changes_per_day": token.changes_per_day,
        "must_propose": token.must_propose,
        "launch_needs_person": token.launch_needs_person,
        "created_at": show_time(token.created),
        "expires_at": token.expiry and show_time(token.expiry),
        "last_used_at": token.last_used_at and show_time(token.last_used_at),
    }
