"""The broker that the settings ask for: the station's own, or somebody else's address."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from alarmstation import locations
from alarmstation.adapters.files import read_secret
from alarmstation.adapters.mqtt.client import BrokerAddress
from alarmstation.adapters.mqtt.embedded_broker import EmbeddedBroker
from alarmstation.adapters.supervision import Supervision
from alarmstation.config import BrokerSection
from alarmstation.locations import Home

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BrokerReady:
    """Where to connect, and whether this broker may be relied upon."""

    address: BrokerAddress
    demonstration_only: bool = False


class Broker:
    """Starts and supervises the embedded broker. All methods block."""

    def __init__(self, settings: BrokerSection, home: Home) -> None:
        self._settings = settings
        self._home = home
        self._supervision: Supervision | None = None
        self._embedded: EmbeddedBroker | None = None
        self._lock = threading.Lock()

    def open(self) -> BrokerReady:
        """Make the broker ready; raises UserError or Unavailable."""
        with self._lock:
            settings = self._settings
            if settings.mode == "address":
                return BrokerReady(
                    BrokerAddress(
                        settings.host,
                        settings.port or 1883,
                        settings.username,
                        read_secret(settings.password_file),
                        settings.tls,
                        settings.ca_file,
                        settings.verify_certificate,
                    )
                )
            embedded = self._embedded or self._start()
            account = embedded.station
            return BrokerReady(
                BrokerAddress(embedded.host, embedded.port, account.user, account.password),
                embedded.demonstration_only,
            )

    def set_unit_accounts(self, passwords: dict[str, str]) -> None:
        """Make accounts for these hosts on the station's own broker; nothing to do on another's.

        An empty password means that one is to be made.
        """
        with self._lock:
            if self._embedded is not None and passwords:
                self._embedded.add_units(passwords, passwords)

    def close(self) -> None:
        """Stop the embedded broker, if there is one."""
        with self._lock:
            if self._supervision is not None:
                self._supervision.stop()
                self._supervision = None
                self._embedded = None

    def _start(self) -> EmbeddedBroker:
        broker = EmbeddedBroker.for_home(
            self._home,
            locations.runtime(),
            port=self._settings.port or None,
            base_topics=(self._settings.base_topic,),
        )
        supervision = Supervision("broker", broker)
        supervision.start()
        self._supervision, self._embedded = supervision, broker
        return broker
