"""Taking note of every value that leaves otherwise than typed. Knows no member."""

from collections.abc import MutableMapping
from typing import Any

from campaigns.contract.shape import join_path
from campaigns.rules.facts import Rewrite, Weight


class Rewriter:
    """Notes rewrites of one object, with paths from the tree's root."""

    def __init__(self, path: str, rewrites: list[Rewrite]) -> None:
        self.path = path
        self._rewrites = rewrites

    def below(self, part: str | int) -> "Rewriter":
        return Rewriter(join_path(self.path, part), self._rewrites)

    def note(self, name: str, typed: Any, sent: Any, weight: Weight, because: str, source: str) -> None:
        self._rewrites.append(Rewrite(join_path(self.path, name), typed, sent, weight, because, source))

    def fill(
        self,
        members: MutableMapping[str, Any],
        name: str,
        sent: Any,
        weight: Weight,
        because: str,
        source: str,
    ) -> None:
        """Sets a member that was not typed."""
        members[name] = sent
        self.note(name, None, sent, weight, because, source)

    def replace(
        self,
        members: MutableMapping[str, Any],
        name: str,
        sent: Any,
        weight: Weight,
        because: str,
        source: str,
    ) -> None:
        typed, members[name] = members.get(name), sent
        self.note(name, typed, sent, weight, because, source)

    def drop(self, name: str, typed: Any, weight: Weight, because: str, source: str) -> None:
        self.note(name, typed, None, weight, because, source)

    def take(
        self, members: MutableMapping[str, Any], name: str, weight: Weight, because: str, source: str
    ) -> None:
        """Takes a typed member out."""
        if name in members:
            self.drop(name, members.pop(name), weight, because, source)
