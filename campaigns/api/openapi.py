"""The OpenAPI document: components from shapes and the contract, and what every operation shares.

Importing it registers the extensions with drf-spectacular.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Literal

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from campaigns.api import examples, shapes
from campaigns.api.idempotency import HEADER, KEY
from campaigns.api.problems import PROBLEM_JSON
from campaigns.api.shapes import (
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    ChangeShape,
    Described,
    Shape,
    TreeShape,
    words,
)
from campaigns.api.shapes_learning import LearningRow, LearningState
from campaigns.contract.dialect import WORDS
from campaigns.contract.levels import Level
from campaigns.contract.members import Member, members_below

OPTIONAL = "repair"  # of a tree: there only when it was asked for
Direction = Literal["request", "response"]
_READING = {400: "malformed", 401: "no login, or one that has ended", 403: "your role does not allow it"}
_COMMON = {
    **_READING,
    404: "not there, or not yours",
    406: "only JSON is spoken",
    429: "too often",
    503: "the database does not answer; Retry-After says when to try again, with the same Idempotency-Key",
}
_WRITING = {
    409: "another version stands, or the object's state does not allow it",
    413: "the body is over 5 MB",
    415: "only application/json is read",
    422: "refused, with findings; or an Idempotency-Key used for another request",
}


_RETRY_AFTER = {"description": "seconds to wait; of 409 only where waiting helps", "schema": NUMBER}


class GateSchema(AutoSchema):
    """Adds to every operation the problems it can answer with, and the headers it listens to."""

    def get_override_parameters(self) -> list[Any]:
        handler = getattr(self.view, self.method.lower(), None)
        parameters: list[Any] = []
        if getattr(handler, "takes_idempotency_key", False):
            said = "A repeat within 24 hours gets the first answer. Draw a new key for each request."
            pattern = {"type": "string", "pattern": f"^{KEY.pattern}$"}
            parameters.append(OpenApiParameter(HEADER, pattern, OpenApiParameter.HEADER, description=said))
        if getattr(self.view, "versioned", False) and self.method in ("PUT", "PATCH", "POST"):
            said = "The version you read, as its ETag; instead of `version` in the body."
            parameters.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description=said))
        return parameters

    def _get_request_body(self, direction: Direction = "request") -> Any:
        body = super()._get_request_body(direction)
        if body and isinstance(getattr(self.view, "schema", None), GateSchema):
            body["required"] = True  # an object is asked for, even where all of its members may be left out
        return body

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if not isinstance(getattr(self.view, "schema", None), GateSchema):
            return bodies
        problem = self.resolve_serializer(shapes.Problem, "response").ref
        for status, said in {**_COMMON, **(_WRITING if self.method != "GET" else {})}.items():
            content: Described = {"schema": problem}
            if status in examples.PROBLEMS:
                content["examples"] = {"Problem": {"value": examples.PROBLEMS[status]}}
            described: Described = {"description": said, "content": {PROBLEM_JSON: content}}
            if status in (409, 429, 503):
                described["headers"] = {"Retry-After": _RETRY_AFTER}
            bodies.setdefault(str(status), described)
        return bodies


class TokenScheme(KnoxTokenScheme):
    """Our tokens are knox's, with what they carry read along."""

    target_class = "campaigns.api.authentication.TokenAuthentication"


class ShapeExtension(OpenApiSerializerExtension):
    """Shapes as components."""

    target_class = "campaigns.api.shapes.Shape"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return _class_of(self.target).__name__

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Described:
        shape = _class_of(self.target)
        if issubclass(shape, shapes.Words):
            return {**words(*shape.known), **({"description": shape.about} if shape.about else {})}
        if issubclass(shape, ChangeShape):
            return _describe_change(shape, auto_schema)
        if issubclass(shape, TreeShape):
            return _describe_tree(shape, auto_schema, direction)
        return _object(
            {name: _describe(given, auto_schema, direction) for name, given in shape.members.items()},
            [name for name in shape.members if name not in shape.optional],
            shape.about,
        )


def _class_of(target: Any) -> type[Shape]:
    return target if isinstance(target, type) else type(target)


def _describe(given: Any, auto_schema: AutoSchema, direction: Direction) -> Described:
    match given:
        case list():
            (shape,) = given
            return {"type": "array", "items": _describe(shape, auto_schema, direction)}
        case tuple():
            return {"anyOf": [_describe(item, auto_schema, direction) for item in given]}
        case None:
            return {"type": "null"}
        case dict():
            return deepcopy(given)  # what gathers enums writes into it: the next document would lack them
        case _:
            reference: Described = auto_schema.resolve_serializer(given, direction).ref
            return reference


def _object(properties: Mapping[str, Described], required: list[str], about: str = "") -> Described:
    described: Described = {"type": "object", "properties": dict(properties)}
    if required:
        described["required"] = required
    if about:
        described["description"] = about
    return described


def _describe_tree(shape: type[TreeShape], auto_schema: AutoSchema, direction: Direction) -> Described:
    level = shape.level
    asked = direction == "request"
    members = {
        name: _describe_member(level, member, asked)
        for name, member in members_below(level, "").items()
        if member.writes or not asked
    }
    frame: Described = {} if asked else _frame(shape, auto_schema)
    children: Described = {}
    if shape.child and level.children_key:
        items = auto_schema.resolve_serializer(shape.child, direction).ref
        children[level.children_key] = {"type": "array", "items": items}
    required: list[str] = [name for name in (*frame, *children) if name != OPTIONAL]
    if asked:
        required = ["advertiser_id"] if level is Level.CAMPAIGN else []
        frame = {"advertiser_id": TEXT} if level is Level.CAMPAIGN else {}
        if level is Level.CAMPAIGN:
            frame["version"] = {**NUMBER, "description": "with PUT: the one you read"}
            if auto_schema.method == "PUT":
                required = []
    about = shape.about or (
        "A tree as typed. What only we write (`id`, `state`, `remote`, …) is taken off, so that a tree from GET comes back "
        "as it is; what TikTok does not take is a finding."
        if asked
        else "Wanted members at their own names, `remote` beside them. A draft holds what was typed."
    )
    return _object({**members, **frame, **children}, required, about)


def _describe_change(shape: type[ChangeShape], auto_schema: AutoSchema) -> Described:
    members = {
        name: _describe_member(shape.level, member, asked=True)
        for name, member in members_below(shape.level, "").items()
        if member.writes
    }
    yes = _describe([(TEXT, shapes.Acknowledgement)], auto_schema, "request")
    frame: Described = {
        "version": {**NUMBER, "description": "the one you read; may stand in If-Match instead"},
        "acknowledge": yes,
    }
    if auto_schema.method == "POST":
        frame.pop("version")
    if auto_schema.method == "PATCH":
        said = "why a lowering must not wait for the learning lock (L2)"
        frame["emergency"] = {**TEXT, "description": said}
        frame["reason"] = {**TEXT, "description": "for the manager, should it become a proposal"}
    if shape.child and shape.level.children_key:
        frame[shape.level.children_key] = _describe([shape.child], auto_schema, "request")
    return _object({**members, **frame}, [], shape.about)


def _frame(shape: type[TreeShape], auto_schema: AutoSchema) -> Described:
    state = _describe(shapes.ObjectState, auto_schema, "response")
    common = {
        "id": NUMBER,
        shape.level.id_member: TEXT_OR_NULL,
        "version": NUMBER,
        "state": state,
        "badge": TEXT_OR_NULL,
    }
    outer = {"advertiser_id": TEXT, "created_at": TIME, "changed_at": TIME}
    if shape is shapes.CampaignRow:
        return {**common, **outer}
    remote: Described = {"type": ["object", "null"], "description": "what TikTok holds, as last read"}
    drift = {
        "type": ["array", "null"],
        "description": "what TikTok holds otherwise than wanted (see drift/); null where it is not asked: drafts, launches, "
        "answers about one object",
        "items": _object({"path": TEXT, "wanted": {}, "remote": {}}, ["path", "wanted", "remote"]),
    }
    standing = LearningRow if shape.level is Level.ADGROUP else LearningState
    learning = _describe((standing, None), auto_schema, "response")
    inner = {**common, "remote": remote, "learning": learning, "drift": drift}
    if shape.level is Level.CAMPAIGN:
        findings = _describe([shapes.Finding], auto_schema, "response")
        repair = _describe((shapes.Repair, None), auto_schema, "response")
        return {**inner, **outer, "findings": findings, OPTIONAL: repair}
    return inner


def _describe_member(level: Level, member: Member, asked: bool) -> Described:
    described = _TYPES[member.type](level, member, asked)
    notes = [f"Source: {member.source}."] if member.source else []
    if member.name == "request_id" or (level.parent and member.path == level.parent.id_member):
        notes.append("The launch fills it in.")
    elif member.required:
        notes.append("TikTok requires it.")
    if member.default is not None:
        notes.append(f"TikTok's default: {member.default}.")
    if member.writes and not member.sent:
        notes.append("Understood, never sent.")
    return {**described, "description": " ".join(notes)} if notes else described


def _word(level: Level, member: Member, asked: bool) -> Described:
    """TikTok's words and the guides' spellings; another word is no error but a finding, hence the plain text beside them."""
    spelled = [word for word in WORDS[level].get(member.path, {}) if word not in member.values]
    known = [*map(str, member.values), *spelled]
    return {"anyOf": [words(*known), TEXT]} if known else TEXT


def _list(item: Described) -> Described:
    return {"type": "array", "items": item}


def _inner(level: Level, path: str, asked: bool) -> Described:
    below = members_below(level, path)
    return _object({name: _describe_member(level, member, asked) for name, member in below.items()}, [])


def _items(level: Level, member: Member, asked: bool) -> Described:
    items = _inner(level, f"{member.path}[]", asked)
    # the guides write some lists of one-member objects as plain lists of texts; a draft keeps them as typed
    plain = "." not in member.path and len(items["properties"]) == 1
    return _list({"anyOf": [items, TEXT]} if plain else items)


_AMOUNT_TYPED: Described = {"type": ["string", "number"], "examples": ["500.00", 500]}
_TIME_TYPED: Described = {
    "type": "string",
    "examples": ["2026-12-01 00:00:00", "2026-12-01T00:00:00Z"],
}
# Text stands beside other types in answers too: a draft keeps what was typed into a form until it is mended
_TYPES: dict[str, Any] = {
    "id": lambda level, member, asked: {"type": ["string", "integer"]} if asked else TEXT,
    "text": lambda level, member, asked: TEXT,
    "word": _word,
    "words": lambda level, member, asked: _list(_word(level, member, asked)),
    "texts": lambda level, member, asked: _list(TEXT),
    "ids": lambda level, member, asked: _list({"type": ["string", "integer"]}),
    "money": lambda level, member, asked: (
        _AMOUNT_TYPED if asked else {"type": "string", "examples": ["500.00"]}
    ),
    "number": lambda level, member, asked: {"type": ["number", "string"]},
    "flag": lambda level, member, asked: {"type": ["boolean", "string"]},
    "count": lambda level, member, asked: {"type": ["integer", "string"]},
    "counts": lambda level, member, asked: _list({"type": ["integer", "string"]}),
    "moment": lambda level, member, asked: _TIME_TYPED if asked else {"anyOf": [TIME, TEXT]},
    "date": lambda level, member, asked: TEXT,
    "object": lambda level, member, asked: _inner(level, member.path, asked),
    "objects": _items,
}
