"""The station's own MQTT broker: mosquitto with generated accounts, on this machine only.

Where no mosquitto can be had, amqtt in a child process serves for demonstrations; it says so by
`demonstration_only`, because it redelivers nothing unacknowledged and forgets all at its end.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alarmstation.adapters.mqtt.broker_accounts import Account, BrokerAccounts, acl_file
from alarmstation.adapters.owned_process import (
    Identity,
    OwnedProcess,
    blocking_parent,
    own,
    unprivileged_identity,
)
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.locations import Home

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_READY_WITHIN_S = 15.0
_POLL_S = 0.02
MAX_PACKET_BYTES = 65_536
MAX_QUEUED_MESSAGES = 1_000_000
MAX_INFLIGHT_MESSAGES = 5_000  # the Receive Maximum that the station asks for


class BrokerKind(StrEnum):
    """The programs that can be the embedded broker."""

    MOSQUITTO = "mosquitto"
    AMQTT = "amqtt"


@dataclass(frozen=True, slots=True)
class BrokerBinary:
    """A broker program: what it is, where, and whether it may only be shown, not relied upon."""

    kind: BrokerKind
    path: Path

    @property
    def demonstration_only(self) -> bool:
        """Whether it loses messages when it is killed."""
        return self.kind is BrokerKind.AMQTT


def find_broker(
    runtime: Path, configured: Path | None = None, *, identity: Identity | None = None
) -> BrokerBinary:
    """The first usable broker: configured, runtime, the system's mosquitto, amqtt.

    Raises `UserError` that says what to do when there is none.
    """
    if configured is not None:
        places = [configured]
    else:
        places = [runtime / "usr/sbin/mosquitto"]
        on_path = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        places += [Path(on_path)] if on_path else []
    for place in places:
        if place.is_file() and blocking_parent(place, identity) is None:
            return BrokerBinary(BrokerKind.MOSQUITTO, place)
    if configured is None and importlib.util.find_spec("amqtt") is not None:
        return BrokerBinary(BrokerKind.AMQTT, Path(sys.executable))
    raise UserError(
        "broker.no_binaries",
        "No MQTT broker was found ({places}). Run installer/dev.sh setup, install mosquitto, or "
        "set the address of a broker.",
        places=", ".join(str(place) for place in places),
    )


class EmbeddedBroker:
    """One broker process with its accounts, its access list and its memory of sessions.

    `folder` holds its files, `secrets_folder` the accounts, `log_file` what it says. `port` None
    takes a free one at the first start and keeps it. `base_topics` are those of the sites.
    """

    def __init__(
        self,
        folder: Path,
        secrets_folder: Path,
        log_file: Path,
        binary: BrokerBinary,
        *,
        port: int | None = None,
        base_topics: tuple[str, ...] = ("esg",),
    ) -> None:
        self.folder = folder.absolute()
        self.binary = binary
        self.base_topics = base_topics
        self._wanted_port = port
        self._port = port
        self._identity = unprivileged_identity() if not binary.demonstration_only else None
        self.accounts = BrokerAccounts(secrets_folder / "broker_accounts.json")
        self._settings_file = self.folder / "broker.conf"
        self._process = OwnedProcess(
            argv=self._command(),
            cwd=self.folder,
            log=log_file,
            identity=self._identity,
            grace_s=10.0,
        )

    @classmethod
    def for_home(
        cls,
        home: Home,
        runtime: Path,
        configured: Path | None = None,
        *,
        port: int | None = None,
        base_topics: tuple[str, ...] = ("esg",),
    ) -> EmbeddedBroker:
        """The broker of a home with the best program at hand (see `find_broker`)."""
        binary = find_broker(runtime, configured, identity=unprivileged_identity())
        return cls(
            home.broker,
            home.secrets,
            home.logs / "broker.log",
            binary,
            port=port,
            base_topics=base_topics,
        )

    @property
    def host(self) -> str:
        """The address to connect to."""
        return HOST

    @property
    def port(self) -> int:
        """The port to connect to; known once the broker was started."""
        if self._port is None:
            raise Unavailable("The broker has not been started yet")
        return self._port

    @property
    def station(self) -> Account:
        """The account of the station."""
        return self.accounts.station

    @property
    def demonstration_only(self) -> bool:
        """Whether this broker may be shown but not relied upon."""
        return self.binary.demonstration_only

    @property
    def pid(self) -> int | None:
        """Process id of the running broker."""
        return self._process.pid

    def add_unit(self, host: str) -> str:
        """The password of a unit's account, which works at once and after every restart."""
        return self.add_units([host])[host]

    def add_units(
        self, hosts: Iterable[str], given: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The passwords of many units' accounts; the broker reads them once.

        `given` are passwords that units hold already.
        """
        before = self.accounts.plain()
        passwords = self.accounts.add_units(hosts, given)
        fresh = [Account(u, p) for u, p in passwords.items() if before.get(u) != p]
        if fresh and self.is_running():
            self._reload()
            self._await_answer(fresh[-1])
        return passwords

    def remove_unit(self, host: str) -> None:
        """Take a unit's account away; the broker ends its connection."""
        self.accounts.remove_unit(host)
        if self.is_running():
            self._reload()

    def start(self) -> None:
        """Make the broker ready; idempotent.

        Raises `UserError` when the port is used by another program or the folder cannot be
        reached, `Unavailable` when the broker ends at once.
        """
        if self.is_running():
            return
        self._free_the_port()
        try:
            self._write_files()
            self._process.start()
        except OSError as error:
            raise Unavailable(f"The broker folder {self.folder}: {error.strerror}") from error
        self._await_answer(self.station)

    def _reload(self) -> None:
        self._write_files()
        if not self.demonstration_only:  # which looks by itself
            self._process.send(signal.SIGHUP)

    def _await_answer(self, account: Account) -> None:
        """Wait until the broker lets this account in."""
        deadline = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < deadline:
            if _lets_in(self.port, account):
                return
            if self._process.wait(_POLL_S) is not None:
                said = self._process.last_words()
                if "Address already in use" in said:
                    raise self._busy()
                raise Unavailable(f"The broker ended: {said}")
        self._process.stop()
        raise Unavailable(f"The broker was not ready in {_READY_WITHIN_S:.0f} s")

    def stop(self) -> None:
        """Stop the broker, which writes its sessions down first; idempotent."""
        self._process.stop()

    def save(self) -> None:
        """Write sessions and queue to disk now, as after a change that must not be forgotten."""
        if not self.demonstration_only:
            self._process.send(signal.SIGUSR1)

    def is_running(self) -> bool:
        """Whether the broker runs."""
        return self._process.is_running()

    def wait(self, timeout_s: float) -> bool:
        """Wait at most so long for the broker's end; whether it has ended."""
        return self._process.wait(timeout_s) is not None or not self.is_running()

    def _command(self) -> tuple[str, ...]:
        if self.binary.kind is BrokerKind.MOSQUITTO:
            return (str(self.binary.path), "-c", str(self._settings_file))
        program = "alarmstation.adapters.mqtt.demonstration_broker"
        return (str(self.binary.path), "-m", program, str(self._settings_file))

    def _free_the_port(self) -> None:
        """Settle on a port; a broker that a killed station left behind is given time to end."""
        if self._port is None:
            self._port = _free_port()
        deadline = time.monotonic() + 2.0
        while not _can_listen(self._port):
            if time.monotonic() > deadline:
                if self._wanted_port is not None:
                    raise self._busy()
                self._port = _free_port()
            time.sleep(_POLL_S)

    def _busy(self) -> UserError:
        return UserError(
            "broker.port_busy",
            "Port {port} of this machine is used by another program, maybe another MQTT broker. "
            "Stop it, set another broker port, or use it as a remote broker.",
            port=self.port,
        )

    def _write_files(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if barrier := blocking_parent(self.folder, self._identity):
            assert self._identity is not None
            raise UserError(
                "broker.folder_unreachable",
                "The broker runs as the user {user}, who may not enter {barrier}. Choose "
                "another home with ALARMSTATION_HOME, or permit it with: chmod o+x {barrier}",
                user=self._identity.user,
                barrier=barrier,
            )
        own(self.folder, self._identity, 0o700)
        if self.binary.kind is BrokerKind.AMQTT:
            accounts = self.accounts.plain()
            settings = {"port": self.port, "accounts": accounts, "bases": self.base_topics}
            self._write(self._settings_file.name, json.dumps(settings))
        else:
            self._write("passwords", self.accounts.password_file())
            self._write("acl", acl_file(self.base_topics))
            self._write(self._settings_file.name, self._settings())

    def _write(self, name: str, text: str) -> None:
        fresh = self.folder / f"{name}.new"
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(text)
        own(fresh, self._identity, 0o600)
        fresh.replace(self.folder / name)

    def _settings(self) -> str:
        lines = [
            "per_listener_settings false",
            "allow_anonymous false",
            f"password_file {self.folder / 'passwords'}",
            f"acl_file {self.folder / 'acl'}",
            "persistence true",
            f"persistence_location {self.folder}/",
            # Once a second, so that a killed broker remembers its sessions and its queue. Saving
            # by number of changes either forgets them on a quiet site or writes the whole queue
            # at every message: 240 messages/s instead of 28,000 with a backlog of 20,000.
            "autosave_on_changes false",
            "autosave_interval 1",
            f"max_queued_messages {MAX_QUEUED_MESSAGES}",
            "max_queued_bytes 0",
            f"max_inflight_messages {MAX_INFLIGHT_MESSAGES}",
            f"max_packet_size {MAX_PACKET_BYTES}",
            # Alarms and heartbeats are small: do not hold them back for company (Nagle).
            "set_tcp_nodelay true",
            "sys_interval 10",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "connection_messages false",
            "log_timestamp_format %Y-%m-%dT%H:%M:%S",
            f"listener {self.port} {HOST}",
        ]
        if self._identity is not None:
            lines.append(f"user {self._identity.user}")
        return "\n".join(lines) + "\n"


def _lets_in(port: int, account: Account) -> bool:
    """Whether the broker answers a CONNECT (MQTT 3.1.1, clean session) of this account with 0."""
    texts = ("alarmstation-probe", account.user, account.password)
    payload = b"".join(len(text).to_bytes(2) + text.encode() for text in texts)
    body = b"\x00\x04MQTT\x04\xc2\x00\x0a" + payload
    assert len(body) < 128, "the length field below holds one byte"
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=2) as probe:
        probe.sendall(b"\x10" + len(body).to_bytes(1) + body)
        answer = probe.recv(4)
        probe.sendall(b"\xe0\x00")
        return answer == b"\x20\x02\x00\x00"
    return False


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number
