"""Topics: `<base>/pb/d/<host>/<leaf>`, read from the end (`protocol.md` 1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from alarmstation.domain.errors import UserError, WireError
from alarmstation.domain.messages import Leaf, Refusal

_HOST: Final = re.compile(r"[A-Za-z0-9_-]{1,31}")
_LEAVES: Final = {leaf.value: leaf for leaf in Leaf}
_MAX_TOPIC_BYTES: Final = 65_535
_LONGEST_TAIL: Final = len("/pb/d//response") + 31


def is_host(text: str) -> bool:
    """Whether `text` is a hostname: 1 to 31 of A-Z a-z 0-9 _ -."""
    return _HOST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Topic:
    """Where a message was published. `json` marks the JSON heartbeat of a unit that may not be
    commissioned for protobuf: it is never parsed."""

    base: str
    host: str
    leaf: Leaf
    json: bool = False


class Topics:
    """All topics under one base; raises UserError for a base that cannot be one.

    `command_branch` "c" sends commands on `pb/c`, for sites whose units listen there.
    """

    __slots__ = ("_command_branch", "base")

    def __init__(self, base: str, command_branch: str = "d") -> None:
        _check_base(base)
        if command_branch not in {"d", "c"}:
            raise UserError(
                "topic.branch",
                'The command branch is "d" or "c", not "{value}".',
                value=command_branch,
            )
        self.base = base
        self._command_branch = command_branch

    def subscriptions(self) -> tuple[str, ...]:
        """The filters of the station, none of which overlaps another (QoS 1 each)."""
        protobuf = tuple(f"{self.base}/pb/d/+/{leaf}" for leaf in Leaf)
        extra = (f"{self.base}/pb/c/+/{Leaf.CMD}",) if self._command_branch == "c" else ()
        return (*protobuf, *extra, f"{self.base}/d/+/{Leaf.HB}")

    def publish_topic(self, host: str, leaf: Leaf) -> str:
        """Where a message for or from `host` goes; raises ValueError for text that is no host."""
        if not is_host(host):
            raise ValueError(f"{host!r} is no hostname")
        branch = self._command_branch if leaf is Leaf.CMD else "d"
        return f"{self.base}/pb/{branch}/{host}/{leaf}"

    def parse(self, text: str) -> Topic:
        """The topic of an arrived message.

        Raises WireError (`malformed`) for any other topic, leaf or host text.
        """
        front, _, leaf_text = text.rpartition("/")
        front, _, host = front.rpartition("/")
        leaf = _LEAVES.get(leaf_text)
        if leaf is None:
            raise WireError(Refusal.MALFORMED, f"no leaf that we know: {text!r}")
        if _HOST.fullmatch(host) is None:
            raise WireError(Refusal.MALFORMED, f"no hostname: {text!r}")
        if front == f"{self.base}/pb/d":
            return Topic(self.base, host, leaf)
        if leaf is Leaf.HB and front == f"{self.base}/d":
            return Topic(self.base, host, leaf, json=True)
        if leaf is Leaf.CMD and self._command_branch == "c" and front == f"{self.base}/pb/c":
            return Topic(self.base, host, leaf)
        raise WireError(Refusal.MALFORMED, f"not below {self.base!r}: {text!r}")


def _check_base(base: str) -> None:
    levels = base.split("/")
    if not all(levels) or any(sign in base for sign in "+#\0"):
        raise UserError(
            "topic.base",
            'The base topic "{value}" has an empty level, a leading or closing "/" or a wildcard.',
            value=base,
        )
    if len(base.encode("utf-8", "surrogatepass")) + _LONGEST_TAIL > _MAX_TOPIC_BYTES:
        raise UserError("topic.base_long", "The base topic is too long.")
