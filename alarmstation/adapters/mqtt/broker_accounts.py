"""Accounts of the private broker and what each may do (`protocol.md` 1.1 and 1.3).

The station may do everything. A unit's account is named by its host and may publish the unit's
own leaves and read its own commands and receipts, nothing else; nobody else may publish
commands.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alarmstation.domain.errors import UserError

STATION = "station"
PUBLISHED_BY_UNITS = ("hb", "login", "status", "alarm", "response", "resp", "lw")
READ_BY_UNITS = ("cmd", "ack")
_HOST = re.compile(r"[A-Za-z0-9_-]{1,31}")
_ITERATIONS = 101  # mosquitto's own default; the passwords are random and long


@dataclass(frozen=True, slots=True)
class Account:
    """A user name of the broker with its password."""

    user: str
    password: str


class BrokerAccounts:
    """The accounts of one broker, kept in a file for the owner's eyes only."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._hashes: dict[Account, str] = {}
        self._passwords: dict[str, str] = {}
        if file.is_file():
            self._passwords = json.loads(file.read_text())
        if STATION not in self._passwords:
            self._passwords[STATION] = secrets.token_urlsafe(24)
            self._save()

    @property
    def station(self) -> Account:
        """The station's own account."""
        return Account(STATION, self._passwords[STATION])

    def add_units(
        self, hosts: Iterable[str], given: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The passwords of these units' accounts, made where there are none yet.

        `given` are passwords that units hold already; they replace what is known.
        """
        hosts = list(hosts)
        for host in hosts:
            if not _HOST.fullmatch(host) or host == STATION:
                raise UserError(
                    "broker.bad_host",
                    "{host} is no host name of a unit: 1 to 31 characters of A-Z a-z 0-9 _ -",
                    host=repr(host),
                )
        fresh = {host: secrets.token_urlsafe(18) for host in hosts if host not in self._passwords}
        fresh |= {host: given[host] for host in hosts if given and given.get(host)}
        if fresh:
            self._passwords |= fresh
            self._save()
        return {host: self._passwords[host] for host in hosts}

    def remove_unit(self, host: str) -> None:
        """Take a unit's account away; nothing happens when there is none."""
        if host != STATION and self._passwords.pop(host, None) is not None:
            self._save()

    def password_file(self) -> str:
        """The text of mosquitto's password file: salted PBKDF2-SHA512, its format 7."""
        accounts = [Account(user, password) for user, password in self._passwords.items()]
        self._hashes = {
            account: self._hashes.get(account) or _hash(account.password) for account in accounts
        }
        return "".join(f"{account.user}:{self._hashes[account]}\n" for account in accounts)

    def plain(self) -> dict[str, str]:
        """User names and passwords, for a broker that takes them so."""
        return dict(self._passwords)

    def _save(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(self._passwords, indent=1) + "\n")
        fresh.replace(self._file)


def acl_file(base_topics: tuple[str, ...]) -> str:
    """The text of mosquitto's access list for units below these base topics.

    A base topic may hold `+`. In patterns `%u` stands for the account's name, the unit's host.
    """
    lines = [f"user {STATION}", "topic readwrite #", "topic read $SYS/#", ""]
    for base in base_topics:
        lines += [f"pattern write {base}/pb/d/%u/{leaf}" for leaf in PUBLISHED_BY_UNITS]
        lines += [f"pattern read {base}/pb/d/%u/{leaf}" for leaf in READ_BY_UNITS]
        # JSON heartbeats of units that are not yet commissioned for protobuf
        lines.append(f"pattern write {base}/d/%u/hb")
    return "\n".join(lines) + "\n"


def _hash(password: str) -> str:
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS, 64)
    encoded = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"$7${_ITERATIONS}${'$'.join(encoded)}"
