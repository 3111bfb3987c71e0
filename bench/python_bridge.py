"""The simplest bridge: JSON from MQTT into SQL, one commit a message (paho and psycopg).

Stands in for Node-RED where npm gives none. Password and DSN come on standard input.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from bench.bridge import BASE_TOPIC, INSERT

FIELDS = (
    "host", "timestamp", "temperature", "humidity", "panic1", "panic2", "box_sw", "siren",
    "turret", "fan_pwm_duty", "uptime",
)  # fmt: skip


def main() -> None:
    """Run until terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    args = parser.parse_args()
    password, dsn = (sys.stdin.readline().strip() for _ in range(2))
    connection = psycopg.connect(dsn, autocommit=True)
    cursor = psycopg.RawCursor(connection)

    def on_message(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        reading = json.loads(message.payload)
        cursor.execute(INSERT, [reading.get(name) for name in FIELDS], prepare=True)

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-python-bridge")
    client.username_pw_set(args.user, password)
    client.on_connect = lambda client, *_: client.subscribe(f"{BASE_TOPIC}/d/+/hb", qos=1)
    client.on_message = on_message
    client.connect(args.host, args.port)
    client.loop_forever()


if __name__ == "__main__":
    main()
