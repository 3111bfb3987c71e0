"""The reference of ingest: the station's own MQTT client that only receives and acknowledges.

`python -m bench.bare_receiver …` prints a line when it hears, and a line of JSON with the times of
the first and the last message once `--messages` have been acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time

from alarmstation.adapters.mqtt.client import BrokerAddress, Link, Raw, StationClient
from alarmstation.adapters.wire.topic import Topics

RECEIVE_MAXIMUM = 5000
"""As the station asks for."""


class BareReceiver:
    """Counts and acknowledges."""

    def __init__(
        self, address: BrokerAddress, base_topic: str, client_id: str, wanted: int
    ) -> None:
        self.client = StationClient(
            address,
            client_id,
            Topics(base_topic).subscriptions(),
            receive_maximum=RECEIVE_MAXIMUM,
            on_raw=self._on_raw,
            on_link=self._on_link,
            on_published=lambda _: None,
        )
        self.connected, self.done = asyncio.Event(), asyncio.Event()
        self._wanted = wanted
        self.count = 0
        self.first_at = 0.0
        self.last_at = 0.0

    def _on_link(self, link: Link) -> None:
        if link.connected:
            self.connected.set()

    def _on_raw(self, raws: list[Raw]) -> None:
        if not self.count:
            self.first_at = raws[0].received_at.timestamp()
        self.client.acknowledge([raw.token for raw in raws])
        self.count += len(raws)
        self.last_at = time.time()
        if self.count >= self._wanted:
            self.done.set()


async def _run(args: argparse.Namespace) -> None:
    address = BrokerAddress(args.host, args.port, args.user, sys.stdin.readline().strip())
    receiver = BareReceiver(address, args.base_topic, args.client_id, args.messages)
    receiver.client.start()
    await receiver.connected.wait()
    print("hears", flush=True)
    if args.messages:
        await receiver.done.wait()
    report = {"count": receiver.count, "first_at": receiver.first_at, "last_at": receiver.last_at}
    print(json.dumps(report), flush=True)
    await asyncio.sleep(0.2)  # the last acknowledgments leave
    receiver.client.close()


def main() -> None:
    """Receive until the wanted number has come; the password is read from standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--base-topic", required=True)
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--messages", type=int, required=True)
    args = parser.parse_args()
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_run(args))


if __name__ == "__main__":
    main()
