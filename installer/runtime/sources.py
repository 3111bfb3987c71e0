"""Which package sources this machine uses, rewritten for another Debian release.

Reads both forms that apt reads (one line per source, and deb822 stanzas) and keeps of each
source only what points at a Debian archive: the address exactly as it stands, `main`, and the
suite translated to the wanted release. Who signs is not taken from the machine: only Debian's
archive key is accepted, so a foreign repository that looks alike is refused by apt itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CODENAMES = ("buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid")
CLASSES = ("oldoldstable", "oldstable", "stable", "testing", "unstable")
_SUITE = re.compile(rf"^(?:{'|'.join(CODENAMES + CLASSES)})(-updates|-security|/updates)?$")
# Archives frozen at a date keep Release files that are long past their Valid-Until.
_FROZEN = re.compile(r"/\d{8}T\d{6}Z(?:/|$)")
KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)


@dataclass(frozen=True, slots=True)
class Source:
    """One archive of the machine: address, suite, components and whether dates are checked."""

    uri: str
    suite: str
    components: tuple[str, ...]
    check_dates: bool = True


def read_sources(apt_folder: Path) -> list[Source]:
    """Every enabled binary source below `apt_folder` (usually /etc/apt), in apt's order."""
    files = [apt_folder / "sources.list"]
    parts = apt_folder / "sources.list.d"
    if parts.is_dir():
        files += sorted(parts.iterdir())
    found: list[Source] = []
    for file in files:
        if not file.is_file():
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".list":
            found += _one_line(text)
        elif file.suffix == ".sources":
            found += _deb822(text)
    return found


def _one_line(text: str) -> Iterator[Source]:
    for line in text.splitlines():
        match = re.match(r"^\s*deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<rest>[^#]+)", line)
        if not match:
            continue
        words = match["rest"].split()
        if len(words) < 2:
            continue
        options = (match["options"] or "").lower()
        yield Source(
            uri=words[0],
            suite=words[1],
            components=tuple(words[2:]),
            check_dates="check-valid-until=no" not in options,
        )


def _deb822(text: str) -> Iterator[Source]:
    for stanza in re.split(r"\n\s*\n", text):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in {"no", "false", "0"}:
            continue
        check_dates = fields.get("check-valid-until", "yes").lower() not in {"no", "false", "0"}
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield Source(uri, suite, tuple(fields.get("components", "").split()), check_dates)


def _fields(stanza: str) -> dict[str, str]:
    """Fields of one deb822 stanza, names in lower case; comments dropped, lines unfolded."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace() and name:
            fields[name] += " " + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def for_release(sources: list[Source], release: str) -> list[Source]:
    """The Debian archives among `sources`, each with its suite translated to `release`."""
    wanted: list[Source] = []
    for source in sources:
        match = _SUITE.match(source.suite)
        if not match or "main" not in source.components:
            continue
        kind = (match[1] or "").replace("/updates", "-security")
        check_dates = source.check_dates and not _FROZEN.search(source.uri)
        translated = Source(source.uri, release + kind, ("main",), check_dates)
        if translated not in wanted:
            wanted.append(translated)
    return wanted


def source_list(sources: list[Source], keyring: str) -> str:
    """The text of a one-line-form source list that trusts `keyring` and nothing else."""
    lines = []
    for source in sources:
        options = f"signed-by={keyring}"
        if not source.check_dates:
            options += " check-valid-until=no"
        lines.append(f"deb [{options}] {source.uri} {source.suite} {' '.join(source.components)}")
    return "\n".join(lines) + "\n"


def debian_keyring() -> str | None:
    """The file with Debian's archive keys, or None where the machine has none."""
    return next((path for path in KEYRINGS if Path(path).is_file()), None)
