"""Which units a word means: host, name, number, or a set such as @site:north.

Built once from the units and sites that the operator sees, asked at every key stroke.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alarmstation.domain.device import Site
from alarmstation.domain.errors import UserError

SELECTED = "@selected"
ALL = "@all"
SITE = "@site:"

MAX_CANDIDATES = 30

_UNSPEAKABLE = re.compile(r'"|^@|^\s|\s$').search


@dataclass(frozen=True, slots=True)
class Unit:
    """What a person may call a unit."""

    id: int
    host: str
    name: str = ""
    site_id: int | None = None


class Directory:
    """Finds units by what people call them; case does not matter."""

    def __init__(
        self,
        units: Iterable[Unit],
        sites: Iterable[Site] = (),
        selected: Sequence[int] = (),
    ) -> None:
        self._ids: dict[int, Unit] = {}
        self._hosts: dict[str, Unit] = {}
        self._names: defaultdict[str, list[Unit]] = defaultdict(list)
        self._by_site: defaultdict[int | None, list[int]] = defaultdict(list)
        for unit in units:
            self._ids[unit.id] = unit
            self._hosts[unit.host.casefold()] = unit
            if unit.name:
                self._names[unit.name.casefold()].append(unit)
            self._by_site[unit.site_id].append(unit.id)
        self._sites = {site.id: site for site in sites}
        self._children: defaultdict[int | None, list[int]] = defaultdict(list)
        for site in self._sites.values():
            self._children[site.parent_id].append(site.id)
        self.selected = tuple(number for number in selected if number in self._ids)
        words = {unit.host for unit in self._ids.values()}
        # A name that the line would read as something else is not offered; its host is.
        words |= {u.name for u in self._ids.values() if u.name and not _UNSPEAKABLE(u.name)}
        self._words = sorted((word.casefold(), word) for word in words)

    def resolve(self, word: str) -> tuple[int, ...]:
        """Ids of the units that `word` means, in rising order.

        Raises `UserError` when it means none, or may mean several that are not a set.
        """
        folded = word.casefold()
        if folded.startswith("@"):
            return self._resolve_set(word)
        if unit := self._hosts.get(folded):
            return (unit.id,)
        named = self._names.get(folded, [])
        if len(named) > 1:
            raise UserError(
                "line.unit.ambiguous",
                "{word} is the name of several units: {hosts}",
                word=word,
                hosts=", ".join(sorted(unit.host for unit in named)[:5]),
            )
        if named:
            return (named[0].id,)
        number = word.removeprefix("#")
        if number.isascii() and number.isdigit() and int(number) in self._ids:
            return (int(number),)
        raise UserError("line.unit.unknown", "there is no unit {word}", word=word)

    def site_word(self, site_id: int) -> str:
        """The shortest @site: word that means this site alone."""
        path = self._path(site_id)
        for length in range(1, len(path) + 1):
            tail = "/".join(path[-length:])
            if len(self._sites_named(tail)) == 1:
                return SITE + tail
        return SITE + "/".join(path)

    def knows(self, unit: Unit) -> bool:
        """Whether the unit is in it exactly like this."""
        return self._ids.get(unit.id) == unit

    def candidates(self, prefix: str) -> list[str]:
        """Words for units that begin with `prefix`: sets first, then hosts and names."""
        folded = prefix.casefold()
        if folded.startswith(SITE):
            words = sorted(self.site_word(number) for number in self._sites)
            return [w for w in words if w.casefold().startswith(folded)][:MAX_CANDIDATES]
        found = [word for word in (SELECTED, SITE, ALL) if word.startswith(folded)]
        if folded.startswith("@"):
            return found
        start = bisect_left(self._words, (folded,))
        for key, word in self._words[start : start + MAX_CANDIDATES]:
            if not key.startswith(folded):
                break
            found.append(word)
        return found

    def word_for(self, unit_id: int) -> str:
        """What to type for one unit."""
        return self._ids[unit_id].host

    def _resolve_set(self, word: str) -> tuple[int, ...]:
        folded = word.casefold()
        if folded == SELECTED:
            found = self.selected
        elif folded == ALL:
            found = tuple(self._ids)
        elif folded.startswith(SITE):
            found = self._units_below(word[len(SITE) :])
        else:
            raise UserError(
                "line.set.unknown",
                "{word} is no set of units; there are {allowed}",
                word=word,
                allowed=", ".join((SELECTED, SITE + "…", ALL)),
            )
        if not found:
            raise UserError("line.set.empty", "there is no unit in {word}", word=word)
        return tuple(sorted(found))

    def _units_below(self, name: str) -> tuple[int, ...]:
        matching = self._sites_named(name)
        if not matching:
            raise UserError("line.site.unknown", "there is no site {word}", word=name)
        if len(matching) > 1:
            raise UserError(
                "line.site.ambiguous",
                "{word} is the name of several sites: {paths}",
                word=name,
                paths=", ".join("/".join(self._path(number)) for number in matching[:5]),
            )
        found: list[int] = []
        waiting, seen = [matching[0]], set[int]()
        while waiting:
            site_id = waiting.pop()
            if site_id in seen:  # a loop in the tree must not hang us
                continue
            seen.add(site_id)
            found += self._by_site[site_id]
            waiting += self._children[site_id]
        return tuple(found)

    def _sites_named(self, name: str) -> list[int]:
        wanted = [part.casefold() for part in name.split("/")]
        return [
            number
            for number in self._sites
            if [part.casefold() for part in self._path(number)[-len(wanted) :]] == wanted
        ]

    def _path(self, site_id: int) -> list[str]:
        path: list[str] = []
        step: int | None = site_id
        while step is not None and step in self._sites and len(path) < 64:
            path.append(self._sites[step].name)
            step = self._sites[step].parent_id
        return path[::-1]
