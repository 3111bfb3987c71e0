"""The same load as `alarmstation simulate --load`, as JSON for a bridge that knows no better.

Same options as far as they apply, same lines, same file of send times.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from array import array
from dataclasses import asdict
from pathlib import Path

from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.load import FIRST_UPTIME_S, LoadGenerator
from alarmstation.simulator.site import VirtualSite

_PUBLISH_QOS1 = 0x32
_PACKET_IDS = 65_535


class JsonLoad(LoadGenerator):
    """Publishes `{base}/d/{host}/hb` with the fields of a heartbeat in JSON."""

    def __init__(
        self, units: int, seed: int, broker: BrokerAddress, messages: int, rate: float, pipes: int
    ) -> None:
        plans = VirtualSite.drawn(units, seed=seed).plans
        super().__init__(plans, broker, messages=0, rate=rate, connections=pipes)
        self._messages = messages
        self.sent_at = array("d", bytes(8 * messages))
        hosts = [plan.identity.host for plan in plans]
        now = time.time()
        self._ready = [
            self._packets(hosts, range(pipe, messages, self._connections), now)
            for pipe in range(self._connections)
        ]

    def _packets(
        self, hosts: list[str], numbers: range, now: float
    ) -> tuple[bytes, array[int], array[int]]:
        out, ends = bytearray(), array("q")
        for place, number in enumerate(numbers):
            host, turn = hosts[number % len(hosts)], number // len(hosts)
            topic = f"{self._broker.base_topic}/d/{host}/hb".encode()
            body = len(topic).to_bytes(2, "big") + topic
            body += (place % _PACKET_IDS + 1).to_bytes(2, "big") + _heartbeat(host, turn, now)
            out += bytes((_PUBLISH_QOS1, len(body) & 0x7F | 0x80, len(body) >> 7)) + body
            ends.append(len(out))
        return bytes(out), ends, array("q", numbers)


def _heartbeat(host: str, turn: int, now: float) -> bytes:
    return json.dumps(
        {
            "host": host,
            "timestamp": int(now) + turn,
            "temperature": 20.0 + 0.6 * (turn // 10 % 2),
            "humidity": 45.0,
            "panic1": False,
            "panic2": False,
            "box_sw": False,
            "siren": False,
            "turret": False,
            "fan_pwm_duty": 0,
            "uptime": FIRST_UPTIME_S + turn,
        }
    ).encode()


def main() -> None:
    """Prepare, say so, wait for a line, publish, report."""
    parser = argparse.ArgumentParser()
    for name in ("--host", "--user", "--base-topic"):
        parser.add_argument(name, required=True)
    for name in ("--port", "--units", "--seed", "--messages", "--connections"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--load", type=float, required=True)
    for name in ("--password-file", "--times"):
        parser.add_argument(name, type=Path, required=True)
    args, _ = parser.parse_known_args()
    password = args.password_file.read_text()
    broker = BrokerAddress(args.host, args.port, args.user, password, args.base_topic)
    load = JsonLoad(args.units, args.seed, broker, args.messages, args.load, args.connections)
    load.connect()
    print("ready", flush=True)
    sys.stdin.readline()
    report = load.run()
    load.write_times(args.times)
    print(json.dumps(asdict(report)), flush=True)


if __name__ == "__main__":
    main()
