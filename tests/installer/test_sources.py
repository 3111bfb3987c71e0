"""Reading the machine's package sources and translating them to another release."""

from __future__ import annotations

from pathlib import Path

import pytest

from installer.runtime import sources
from installer.runtime.sources import Source

MIRROR = "http://mirror.example/debian"

DEB822 = f"""\
# written by the image
Types: deb deb-src
URIs: {MIRROR}
Suites: bookworm bookworm-updates
Components: main non-free-firmware
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
# a comment inside a stanza
URIs: {MIRROR}-security
Suites: bookworm-security
Components: main
"""


def folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    for name, text in files.items():
        place = tmp_path if name == "main" else tmp_path / "sources.list.d"
        file = "sources.list" if name == "main" else name.replace("_", ".")
        (place / file).write_text(text)
    return tmp_path


def translated(apt: Path) -> list[Source]:
    return sources.for_release(sources.read_sources(apt), "trixie")


def test_both_forms_give_the_same(tmp_path: Path) -> None:
    one_line = (
        f"deb {MIRROR} bookworm main non-free-firmware # comment\n"
        f"deb-src {MIRROR} bookworm main\n"
        f"deb [arch=amd64 signed-by=/x] {MIRROR} bookworm-updates main\n"
        f"#deb {MIRROR} bookworm-backports main\n"
        f"deb {MIRROR}-security bookworm-security main\n"
    )
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    expected = [
        Source(MIRROR, "trixie", ("main",)),
        Source(MIRROR, "trixie-updates", ("main",)),
        Source(f"{MIRROR}-security", "trixie-security", ("main",)),
    ]
    assert translated(folder(tmp_path / "one", main=one_line)) == expected
    assert translated(folder(tmp_path / "two", debian_sources=DEB822)) == expected


def test_folded_fields_and_several_addresses_are_read(tmp_path: Path) -> None:
    uris = f"URIs: {MIRROR}\n http://second.example/debian\n"
    text = f"Types: deb\n{uris}Suites: sid\nComponents: main\n"
    found = translated(folder(tmp_path, debian_sources=text))
    assert [source.uri for source in found] == [MIRROR, "http://second.example/debian"]


@pytest.mark.parametrize(
    "text",
    [
        "deb http://other.example/apt nodistro main\n",
        "deb http://other.example/apt bookworm stable\n",
        "deb http://other.example/apt bookworm-pgdg main\n",
        "deb http://other.example/apt llvm-toolchain-bookworm-19 main\n",
        "deb http://other.example/flat ./\n",
        "deb\n",
        "",
    ],
)
def test_what_is_no_debian_archive_is_left_out(tmp_path: Path, text: str) -> None:
    assert translated(folder(tmp_path, other_list=text)) == []


@pytest.mark.parametrize(
    "text", [DEB822.replace("Types:", "Enabled: no\nTypes:"), DEB822.replace("deb", "x-deb")]
)
def test_what_is_switched_off_is_left_out(tmp_path: Path, text: str) -> None:
    assert translated(folder(tmp_path, debian_sources=text)) == []


def test_files_of_other_kinds_are_not_read(tmp_path: Path) -> None:
    line = f"deb {MIRROR} bookworm main\n"
    assert translated(folder(tmp_path, old_list_disabled=line)) == []


@pytest.mark.parametrize("suite", ["bookworm", "trixie", "stable", "testing", "sid"])
def test_every_release_is_translated_and_none_doubled(tmp_path: Path, suite: str) -> None:
    text = f"deb {MIRROR} {suite} main\ndeb {MIRROR} {suite} main contrib\n"
    assert translated(folder(tmp_path, main=text)) == [Source(MIRROR, "trixie", ("main",))]


def test_a_frozen_archive_keeps_its_address_and_is_not_asked_for_its_age(tmp_path: Path) -> None:
    address = "http://frozen.example/archive/debian/20250520T000000Z"
    (found,) = translated(folder(tmp_path, main=f"deb {address} bookworm main\n"))
    assert found == Source(address, "trixie", ("main",), check_dates=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main", f"deb [check-valid-until=no] {MIRROR} bookworm main\n"),
        ("debian_sources", DEB822.replace("Types:", "Check-Valid-Until: no\nTypes:")),
    ],
)
def test_a_machine_that_does_not_check_dates_is_followed(
    tmp_path: Path, name: str, text: str
) -> None:
    assert not any(source.check_dates for source in translated(folder(tmp_path, **{name: text})))


def test_only_debians_key_is_trusted() -> None:
    text = sources.source_list(
        [Source(MIRROR, "trixie", ("main",)), Source(MIRROR, "sid", ("main",), False)], "/key.gpg"
    )
    assert text.splitlines() == [
        f"deb [signed-by=/key.gpg] {MIRROR} trixie main",
        f"deb [signed-by=/key.gpg check-valid-until=no] {MIRROR} sid main",
    ]
