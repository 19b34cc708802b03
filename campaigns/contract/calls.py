"""TikTok's other calls (lists, switches, budgets at once, review results), and what the contract leaves out.

Loaded from calls.toml and left_out.toml. Knows names, types, words and bounds; sends nothing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from campaigns.contract.members import Member, read_member


@dataclass(frozen=True, slots=True)
class Call:
    """One endpoint. `takes` is its query or body, `gives` what stands under `data`, both by member path."""

    name: str
    method: str
    path: str
    source: str
    takes: Mapping[str, Member]
    gives: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One published fact that the contract does not model, with the reason. `member` "" = the whole endpoint."""

    where: str
    member: str
    reason: str
    fact: str = ""


@cache
def list_calls() -> Mapping[str, Call]:
    """Every call of calls.toml by its short name, such as `campaign_status`."""
    return {
        name: Call(
            name,
            row["method"],
            row["path"],
            row["source"],
            _read_members(row.get("takes", {})),
            _read_members(row.get("gives", {})),
        )
        for name, row in _load("calls.toml").items()
    }


@cache
def list_left_out() -> tuple[LeftOut, ...]:
    """Members and endpoints that TikTok has and this contract does not."""
    return tuple(
        LeftOut(row["where"], row.get("member", ""), row["reason"])
        for row in _load("left_out.toml")["left_out"]
    )


@cache
def list_otherwise() -> tuple[LeftOut, ...]:
    """Bounds and defaults that stand here otherwise than in TikTok's schema."""
    return tuple(
        LeftOut(row["where"], row["member"], row["reason"], row["fact"])
        for row in _load("left_out.toml")["otherwise"]
    )


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


def _read_members(rows: Mapping[str, Any]) -> Mapping[str, Member]:
    return {path: read_member(path, row) for path, row in rows.items()}
