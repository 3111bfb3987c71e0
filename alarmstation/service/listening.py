"""Listening: the connection to the broker, kept for ever, and when it was there."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from alarmstation.adapters.files import write_private
from alarmstation.adapters.mqtt.client import Link, Raw, StationClient
from alarmstation.adapters.wire.topic import Topics
from alarmstation.application.batch import IngestSession
from alarmstation.application.enrolment import CANARY_HOST
from alarmstation.application.station import Station
from alarmstation.config import BrokerSection
from alarmstation.domain.messages import Leaf
from alarmstation.service import health as states
from alarmstation.service.broker import Broker
from alarmstation.service.clock import utc_now
from alarmstation.service.health import Health
from alarmstation.service.intake import Intake
from alarmstation.service.outbox import Outbox
from alarmstation.service.storage import Storage, Token

AGAIN_S = 5.0
UNACKNOWLEDGED_3 = 10
"""As `Storage.most_unacknowledged` with MQTT 3.1.1, where brokers send 20 at a time."""


class Listening:
    """Connects to the broker and says, in words and in the database, whether units are heard.

    `on_raw` gets what arrives; `on_change` is called when listening began or ended.
    """

    def __init__(
        self,
        settings: BrokerSection,
        identity_file: Path,
        *,
        station: Station,
        topics: Topics,
        broker: Broker,
        health: Health,
        intake: Intake,
        outbox: Outbox,
        storage: Storage,
        on_raw: Callable[[list[Raw]], None],
        on_change: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._identity_file = identity_file
        self._station = station
        self._topics = topics
        self._broker = broker
        self._health = health
        self._intake = intake
        self._outbox = outbox
        self._storage = storage
        self._on_raw = on_raw
        self._on_change = on_change
        self._client: StationClient | None = None
        self._heard_until: datetime | None = None
        self.session: IngestSession | None = None
        """Since the broker is there; None: nobody listens."""
        self.unheard: tuple[datetime, datetime] | None = None
        """When nobody listened before this run."""
        self.for_demonstration = False
        """The broker is one that may not be relied upon."""

    @property
    def since(self) -> datetime | None:
        """Since when units are heard; None: they are not."""
        return self.session.started_at if self.session is not None else None

    @property
    def is_connected(self) -> bool:
        """Whether the broker hears and is heard."""
        return self._client is not None and self._client.is_connected

    async def keep(self, may_begin: Callable[[], bool]) -> None:
        """Connect as soon as it is known who there is; from then on the client reconnects."""
        while not may_begin():
            away = self._health.state("database") == states.DOWN
            self._health.set(
                "receiving",
                states.DOWN if away else states.STARTING,
                "receiving.waits",
                "Waiting for the database to learn which units there are. Nothing is heard.",
            )
            await asyncio.sleep(0.05)
        while (client := await self._health.attempt("broker", self._make_client)) is None:
            self._health.set(
                "receiving", states.DOWN, "receiving.no-broker", "Nothing is heard: no broker."
            )
            await asyncio.sleep(AGAIN_S)
        self._client = client
        self._outbox.use(client)
        client.start()

    def close(self) -> None:
        """Leave the broker; what it holds for us waits for the next run."""
        if self._client is not None:
            self._client.close()

    def acknowledge(self, tokens: Sequence[Token]) -> None:
        """Tell the broker that these messages are safe."""
        if self._client is not None:
            self._client.acknowledge(tokens)

    def publish_canary(self, payload: bytes) -> bool:
        """Send the test alarm; returns whether it left."""
        if self._client is None:
            return False
        topic = self._topics.publish_topic(CANARY_HOST, Leaf.ALARM)
        return self._client.publish(topic, payload) is not None

    # When

    def heard_before(self, last: IngestSession) -> None:
        """An earlier run listened then."""
        self._heard_until = last.ended_at or last.last_alive_at
        if self.session is not None:
            self.unheard = (self._heard_until, self.session.started_at)

    def note_session(self, at: datetime, *, ends: bool = False) -> None:
        """Have it stored that we listen, or that we did until now."""
        session = self.session
        if session is not None:
            self._station.changes.batch.session = IngestSession(
                session.id, session.station, session.started_at, at, at if ends else None
            )

    # Broker

    async def _make_client(self) -> StationClient:
        """The client of a broker that is ready; raises UserError or Unavailable."""
        ready = await asyncio.to_thread(self._broker.open)
        self.for_demonstration = ready.demonstration_only
        address = ready.address
        self._health.set(
            "broker",
            states.STARTING,
            "broker.connecting",
            f"Connecting to {address.host}:{address.port}.",
        )
        return StationClient(
            address,
            f"alarmstation-{self._identity()}",
            self._topics.subscriptions(),
            receive_maximum=self._settings.receive_maximum,
            speaks_5=not ready.demonstration_only,
            on_raw=self._on_raw,
            on_link=self._on_link,
            on_published=self._outbox.published,
        )

    def _identity(self) -> str:
        """The same for every run of this installation: the broker keeps its session by it."""
        path = self._identity_file
        if not path.exists():
            write_private(path, uuid.uuid4().hex[:12].encode())
        return path.read_text(encoding="ascii").strip()

    def _on_link(self, link: Link) -> None:
        if link.connected:
            self._connected(link)
        else:
            self._disconnected(link)

    def _connected(self, link: Link) -> None:
        five, settings = link.protocol == 5, self._settings
        self._intake.hears_itself = not five
        self._storage.most_unacknowledged = (
            settings.receive_maximum // 2 if five else UNACKNOWLEDGED_3
        )
        if link.reason:
            self._health.set("broker", states.DEGRADED, "broker.deaf", link.reason)
        elif settings.mode == "address" and settings.tls and not settings.verify_certificate:
            text = "Connected, but the broker's certificate is not verified (by settings)."
            self._health.set("broker", states.DEGRADED, "broker.not-verified", text)
        elif five:
            self._health.set("broker", states.OK, "broker.connected", "Connected.")
        else:
            self._health.set(
                "broker",
                states.DEGRADED,
                "broker.old-protocol",
                "The broker speaks MQTT 3.1.1 only: it may drop messages under load.",
            )
        self._health.set("receiving", states.OK, "receiving.yes", "Units are heard.")
        if self.session is None:
            now = utc_now()
            self.session = IngestSession(uuid.uuid4(), self._station.name, now, now)
            self.note_session(now)
            if self.unheard is None and self._heard_until is not None:
                self.unheard = (self._heard_until, now)
            self._station.listening(now)
            self._on_change()

    def _disconnected(self, link: Link) -> None:
        now, reason = utc_now(), link.reason
        if self.session is None and self._settings.mode == "address":
            reason += "; check host, port and account in the section [broker] of the settings"
        text = f"No connection to the broker: {reason}. Units and alarms are NOT heard."
        self._health.set("broker", states.DOWN, "broker.lost", text)
        self._health.set("receiving", states.DOWN, "receiving.no", "Units are NOT heard.")
        self.note_session(now, ends=True)
        self.session = None
        self._station.deaf(now)
        self._outbox.disconnected()
        self._on_change()
