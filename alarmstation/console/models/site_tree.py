"""Sites and units as an ordered tree with roll-up counts and a filter; no Qt in it.

10,000 units in 200 sites: counts move up by differences, a filter is one pass, and a unit that
changes costs nothing but its own comparison.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from alarmstation.application.views import DeviceView, SiteView
from alarmstation.domain.device import CommState, Lifecycle

COMM_STATES = (CommState.ONLINE, CommState.LATE, CommState.OFFLINE, CommState.UNKNOWN)
_COMM_INDEX = {str(state): index for index, state in enumerate(COMM_STATES)}
_UNKNOWN_INDEX = COMM_STATES.index(CommState.UNKNOWN)

PROVISIONAL = 0
UNPLACED = -1
"""Site ids of the two groups that are no sites: not enrolled, and enrolled without a site."""

_DIGITS = re.compile(r"(\d+)")


def natural_key(text: str) -> tuple[tuple[int, str | int], ...]:
    """Sorts "Gate 2" before "Gate 10"."""
    return tuple(
        (0, int(part)) if part.isdigit() and part.isascii() else (1, part)
        for part in _DIGITS.split(text.casefold())
        if part
    )


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Which units are shown. Every word of `text` must occur in name, host, MAC, address, note
    or place. `state` is a CommState, "alarm", "provisional" or "retired". `silent_s`: not heard
    for at least this long."""

    text: str = ""
    state: str = ""
    silent_s: float | None = None

    @property
    def active(self) -> bool:
        """Whether it leaves anything out."""
        return self != UnitFilter()

    def matches(self, unit: UnitNode, now: datetime) -> bool:
        """Whether the unit is shown; retired ones only when asked for."""
        view = unit.view
        if (view.lifecycle == Lifecycle.RETIRED) != (self.state == Lifecycle.RETIRED):
            return False
        if not self._state_matches(view):
            return False
        if self.silent_s is not None:
            seen = view.last_seen_at
            if seen is not None and (now - seen).total_seconds() < self.silent_s:
                return False
        return all(word in unit.haystack() for word in self.text.casefold().split())

    def _state_matches(self, view: DeviceView) -> bool:
        match self.state:
            case "" | Lifecycle.RETIRED:
                return True
            case "alarm":
                return view.open_alarms > 0
            case Lifecycle.PROVISIONAL:
                return view.lifecycle == Lifecycle.PROVISIONAL
            case state:
                return view.comm_state == state


class UnitNode:
    """A unit in the tree. `row` is -1 while the filter hides it."""

    __slots__ = ("_haystack", "key", "parent", "row", "sort_key", "view")

    def __init__(self, view: DeviceView, parent: SiteNode) -> None:
        self.view = view
        self.parent = parent
        self.key = unit_key(view.id)
        self.row = -1
        self.sort_key = natural_key(label(view))
        self._haystack = ""

    def haystack(self) -> str:
        """Everything that a text filter looks at, folded."""
        if not self._haystack:
            view = self.view
            places = " ".join(site.name for site in self.parent.line())
            parts = (view.name, view.host, view.mac, view.mac.replace(":", ""))
            rest = (view.ip_address, view.note, view.firmware, places)
            self._haystack = "\n".join(parts + rest).casefold()
        return self._haystack

    def take(self, view: DeviceView) -> None:
        """Replace what is known of the unit."""
        self._haystack = ""
        self.view = view


class SiteNode:
    """A site with everything below it counted. Counts leave retired units out."""

    __slots__ = (
        "comm",
        "key",
        "name",
        "parent",
        "row",
        "severities",
        "shown",
        "site_id",
        "sites",
        "sort_key",
        "total",
        "units",
    )

    def __init__(self, site_id: int, name: str, parent: SiteNode | None) -> None:
        self.site_id = site_id
        self.name = name
        self.parent = parent
        self.key = site_key(site_id)
        self.row = -1
        self.sort_key = natural_key(name)
        self.sites: list[SiteNode] = []
        self.units: list[UnitNode] = []
        self.shown: list[SiteNode | UnitNode] = []
        self.total = 0
        self.comm = [0, 0, 0, 0]
        """Units by COMM_STATES."""
        self.severities = [0, 0, 0, 0]
        """Units by the severity of their worst open alarm."""

    @property
    def worst(self) -> int | None:
        """Severity of the worst open alarm below; None: none is open."""
        for severity in (3, 2, 1, 0):
            if self.severities[severity]:
                return severity
        return None

    @property
    def alarming(self) -> int:
        """Units below with an open alarm."""
        return sum(self.severities)

    def line(self) -> Iterator[SiteNode]:
        """This site and those above it, without the invisible root."""
        node: SiteNode | None = self
        while node is not None and node.parent is not None:
            yield node
            node = node.parent

    def count(self, view: DeviceView, step: int) -> None:
        """Add (+1) or take away (-1) a unit, here and in every site above."""
        if view.lifecycle == Lifecycle.RETIRED:
            return
        comm = _COMM_INDEX.get(view.comm_state, _UNKNOWN_INDEX)
        node: SiteNode | None = self
        while node is not None:
            node.total += step
            node.comm[comm] += step
            if view.worst_alarm is not None:
                node.severities[view.worst_alarm] += step
            node = node.parent

    def number_from(self, start: int) -> None:
        """Renew the rows of the shown children from `start` on."""
        shown = self.shown
        for row in range(start, len(shown)):
            shown[row].row = row


Node = SiteNode | UnitNode


def unit_key(device_id: int) -> int:
    """Even numbers are units, odd ones sites: a model index carries nothing but this."""
    return device_id * 2


def site_key(site_id: int) -> int:
    """Key of a site; the groups have ids from -1."""
    return (site_id + 2) * 2 + 1


def label(view: DeviceView) -> str:
    """What people call the unit."""
    return view.name or view.host


def counted_alike(one: DeviceView, other: DeviceView) -> bool:
    """Whether both count the same in every roll-up."""
    return (
        one.comm_state == other.comm_state
        and one.worst_alarm == other.worst_alarm
        and one.lifecycle == other.lifecycle
    )


class SiteTree:
    """All sites and units. Structure is renewed as a whole; single units move by `place_of`."""

    def __init__(self) -> None:
        self.root = SiteNode(-2, "", None)
        self.nodes: dict[int, Node] = {}
        self.filter = UnitFilter()
        self.matching = 0
        """Units that the filter shows."""

    def rebuild(
        self,
        sites: Iterable[SiteView],
        devices: Iterable[DeviceView],
        groups: tuple[str, str],
        now: datetime,
    ) -> None:
        """Read everything anew. `groups`: names of the groups PROVISIONAL and UNPLACED."""
        self.root = SiteNode(-2, "", None)
        self.nodes = {}
        self._build_sites({site.id: site for site in sites})
        for site_id, name in zip((PROVISIONAL, UNPLACED), groups, strict=True):
            group = SiteNode(site_id, name, self.root)
            self.nodes[group.key] = group
            self.root.sites.append(group)
        for view in devices:
            self._add(view)
        for node in self.nodes.values():
            if isinstance(node, SiteNode):
                node.units.sort(key=_sort_key)
        self.show(now)

    def home_of(self, view: DeviceView) -> SiteNode:
        """The site node that the unit belongs under."""
        if view.lifecycle == Lifecycle.PROVISIONAL:
            site_id = PROVISIONAL
        else:
            site_id = UNPLACED if view.site_id is None else view.site_id
        home = self.nodes.get(site_key(site_id)) or self.nodes[site_key(UNPLACED)]
        assert isinstance(home, SiteNode)
        return home

    def show(self, now: datetime) -> None:
        """Apply the filter to everything."""
        self.matching = 0
        self._show(self.root, now)

    def unit(self, device_id: int) -> UnitNode | None:
        """The node of a unit."""
        node = self.nodes.get(unit_key(device_id))
        return node if isinstance(node, UnitNode) else None

    def shown_row(self, unit: UnitNode) -> int:
        """Row that a hidden unit would get among the shown children of its site."""
        shown = unit.parent.shown
        first_unit = next(
            (row for row, node in enumerate(shown) if isinstance(node, UnitNode)), len(shown)
        )
        return bisect_left(shown, unit.sort_key, lo=first_unit, key=_sort_key)

    def _build_sites(self, views: dict[int, SiteView]) -> None:
        waiting = list(views.values())
        self.root.sites = []
        # Parents may come after their children; a loop leaves its sites at the top.
        while waiting:
            later = []
            for view in waiting:
                at_top = view.parent_id is None or view.parent_id not in views
                parent = self.root if at_top else self.nodes.get(site_key(view.parent_id or 0))
                if isinstance(parent, SiteNode):
                    site = SiteNode(view.id, view.name, parent)
                    self.nodes[site.key] = site
                    parent.sites.append(site)
                else:
                    later.append(view)
            if len(later) == len(waiting):
                views = {key: value for key, value in views.items() if value not in later}
            waiting = later
        self.root.sites.sort(key=_sort_key)
        for node in self.nodes.values():
            if isinstance(node, SiteNode):
                node.sites.sort(key=_sort_key)

    def _add(self, view: DeviceView) -> None:
        home = self.home_of(view)
        unit = UnitNode(view, home)
        self.nodes[unit.key] = unit
        home.units.append(unit)
        home.count(view, +1)

    def _show(self, node: SiteNode, now: datetime) -> None:
        # An empty site is worth seeing (something can be put there), an empty group is not.
        chosen = self.filter
        shown: list[Node] = []
        for site in node.sites:
            self._show(site, now)
            site.row = -1
            if site.shown or (site.site_id > 0 and not chosen.active):
                shown.append(site)
        for unit in node.units:
            unit.row = -1
            if chosen.matches(unit, now):
                shown.append(unit)
                self.matching += 1
        node.shown = shown
        node.number_from(0)


def _sort_key(node: Node) -> tuple[tuple[int, str | int], ...]:
    return node.sort_key
