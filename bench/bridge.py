"""A JSON-to-SQL bridge that a user could pick, for comparison: Node-RED, else a short script.

Node-RED comes from npm into the benchmark's folder: an MQTT node (QoS 1, JSON) and a function
node that inserts each message through `pg` with its pool of ten connections. Where npm gives
nothing, `bench.python_bridge` (paho and psycopg, one commit a message) stands in.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from bench.commits import Seconds
from bench.station import Child, Servers, child, free_port, python

BASE_TOPIC = "bridge"
INSTALL_WITHIN_S = 240
READY_WITHIN_S = 60
PACKAGES = ("node-red@4", "pg@8")

TABLE = """
    CREATE TABLE bridge_reading (
        id bigserial PRIMARY KEY, host text NOT NULL, device_time timestamptz NOT NULL,
        temperature real, humidity real, panic1 boolean, panic2 boolean, tamper boolean,
        siren boolean, turret boolean, fan integer, uptime bigint,
        inserted_at timestamptz NOT NULL DEFAULT clock_timestamp())
"""
INSERT = """INSERT INTO bridge_reading (host, device_time, temperature, humidity, panic1, panic2,
 tamper, siren, turret, fan, uptime)
 VALUES ($1, to_timestamp($2), $3, $4, $5, $6, $7, $8, $9, $10, $11)"""

_INITIALISE = "context.set('pool', new (global.get('pg').Pool)(global.get('database')));"
_FUNCTION = f"""
const m = msg.payload;
await context.get('pool').query(`{INSERT}`, [m.host, m.timestamp, m.temperature, m.humidity,
  m.panic1, m.panic2, m.box_sw, m.siren, m.turret, m.fan_pwm_duty, m.uptime]);
return null;
"""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge that runs and inserts."""

    name: str
    process: Child


@contextlib.contextmanager
def bridge(servers: Servers) -> Iterator[Bridge]:
    """The best bridge to be had, once a probe has gone through it."""
    with psycopg.connect(servers.database.dsn(), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bridge_reading")
        connection.execute(TABLE)
    name, command = _command(servers)
    with child(*command) as process:
        if name.startswith("python"):
            process.say(servers.broker.station.password)
            process.say(servers.database.dsn())
        _await_probe(servers)
        yield Bridge(name, process)


def inserted_at(servers: Servers, hosts: list[str], messages: int, first_uptime: int) -> Seconds:
    """When each message was inserted (Unix seconds, before its commit, in the bridge's favour)."""
    numbers = {host: number for number, host in enumerate(hosts)}
    times = np.full(messages, np.nan)
    for host, uptime, at in servers.rows(
        "SELECT host, uptime, extract(epoch FROM inserted_at)::float8 FROM bridge_reading"
        " WHERE host <> 'probe'"
    ):
        times[(uptime - first_uptime) * len(hosts) + numbers[host]] = at
    return times


def _command(servers: Servers) -> tuple[str, tuple[str, ...]]:
    folder = servers.folder / "node-red"
    folder.mkdir(exist_ok=True)
    if _install(folder):
        _configure(folder, servers)
        found = json.loads((folder / "node_modules/node-red/package.json").read_text())
        program = folder / "node_modules/node-red/red.js"
        command = ("node", str(program), "--settings", str(folder / "settings.js"))
        return f"Node-RED {found['version']}", command
    broker = servers.broker
    words = ("--host", broker.host, "--port", str(broker.port), "--user", broker.station.user)
    return "python script, one commit a message", python("bench.python_bridge", *words)


def _install(folder: Path) -> bool:
    if shutil.which("npm") is None:
        return False
    if (folder / "node_modules/node-red").is_dir():
        return True
    options = ("--no-audit", "--no-fund", "--no-save", "--omit=dev", "--loglevel=error")
    try:
        subprocess.run(
            ("npm", "install", *options, *PACKAGES),
            cwd=folder,
            timeout=INSTALL_WITHIN_S,
            check=True,
            capture_output=True,
        )
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def _configure(folder: Path, servers: Servers) -> None:
    database = psycopg.conninfo.conninfo_to_dict(servers.database.dsn())
    access = {
        "host": database["host"],
        "port": int(str(database["port"])),
        "database": database["dbname"],
        "user": database["user"],
        "password": database["password"],
    }
    settings = {
        "userDir": str(folder),
        "flowFile": "flows.json",
        "credentialSecret": False,
        "uiHost": "127.0.0.1",
        "uiPort": free_port(),
        "httpAdminRoot": False,
        "logging": {"console": {"level": "error"}},
    }
    text = json.dumps(settings)[:-1]
    text += (
        f', "functionGlobalContext": {{"pg": require("pg"), "database": {json.dumps(access)}}}}}'
    )
    (folder / "settings.js").write_text(f"module.exports = {text};\n")
    broker = servers.broker
    flows = [
        {"id": "tab", "type": "tab", "label": "bridge"},
        {"id": "broker", "type": "mqtt-broker", "broker": broker.host, "port": str(broker.port),
         "clientid": "bench-node-red", "autoConnect": True, "protocolVersion": "5",
         "keepalive": "60", "cleansession": True},
        {"id": "in", "type": "mqtt in", "z": "tab", "topic": f"{BASE_TOPIC}/d/+/hb", "qos": "1",
         "datatype": "json", "broker": "broker", "inputs": 0, "x": 100, "y": 100,
         "wires": [["insert"]]},
        {"id": "insert", "type": "function", "z": "tab", "name": "to table",
         "func": _FUNCTION,
         "initialize": _INITIALISE, "outputs": 1, "x": 300, "y": 100, "wires": [[]]},
    ]  # fmt: skip
    (folder / "flows.json").write_text(json.dumps(flows))
    account = {"user": broker.station.user, "password": broker.station.password}
    (folder / "flows_cred.json").write_text(json.dumps({"broker": account}))


def _await_probe(servers: Servers) -> None:
    probe = json.dumps({"host": "probe", "timestamp": 1, "uptime": 0})
    account = servers.broker.station
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-probe")
    client.username_pw_set(account.user, account.password)
    client.connect(servers.broker.host, servers.broker.port)
    client.loop_start()
    deadline = time.monotonic() + READY_WITHIN_S
    try:
        while not servers.rows("SELECT 1 FROM bridge_reading LIMIT 1"):
            if time.monotonic() > deadline:
                raise TimeoutError("the bridge did not insert a probe")
            client.publish(f"{BASE_TOPIC}/d/probe/hb", probe, qos=1)
            time.sleep(0.3)
    finally:
        client.disconnect()
        client.loop_stop()
