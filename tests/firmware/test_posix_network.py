"""The posix unit and TLS: a broker it can trust, updates it can trust, and neither otherwise."""

from __future__ import annotations

import datetime
import hashlib
import http.server
import ipaddress
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alarmstation.adapters.mqtt.embedded_broker import find_broker
from alarmstation.adapters.owned_process import unprivileged_identity
from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import (
    Leaf,
    OtaAction,
    OtaCommand,
    Stage,
    StatusMessage,
    SystemAction,
    SystemCommand,
)
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.firmware import FirmwareRun
from tests.conftest import BrokerAccess
from tests.firmware.test_posix_unit import Scene, a_scene
from tests.firmware.units import plans_of, running
from tests.simulator.listening import Until

IMAGE = b"ALARM UNIT 2.2.0\n" + b"and whatever follows" * 500


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder, with a certificate for this machine."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"


def an_authority(folder: Path, name: str) -> Authority:
    folder.mkdir()
    made = Authority(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    root = _certificate(issuer, issuer, key, key, ca=True)
    own_key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    own = _certificate(subject, issuer, own_key, key, ca=False)
    made.ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(own.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        own_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    for file in folder.iterdir():
        file.chmod(0o644)
    return made


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(signer, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def authority(reachable_folder: Path) -> Authority:
    return an_authority(reachable_folder / "authority", "ours")


@pytest.fixture(scope="module")
def stranger(reachable_folder: Path) -> Authority:
    return an_authority(reachable_folder / "stranger", "somebody else")


# --- the session


@pytest.fixture
def tls_port(runtime: Path, authority: Authority, reachable_folder: Path) -> Iterator[int]:
    """A broker that speaks TLS only."""
    try:
        program = find_broker(runtime, identity=unprivileged_identity())
    except UserError as error:
        pytest.skip(str(error))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = reachable_folder / "tls.conf"
    settings.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\n"
        f"certfile {authority.certificate}\nkeyfile {authority.key}\n"
    )
    broker = subprocess.Popen(
        [str(program.path), "-c", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield port
    broker.terminate()
    broker.wait(10)


def a_tls_run(port: int, ca: Path, host: str = "localhost") -> FirmwareRun:
    address = BrokerAddress(host=host, port=port, base_topic="tls", tls=True, ca_file=ca)
    return FirmwareRun(plans_of(), address, durable=False)


def test_a_unit_trusts_the_broker_that_its_ca_vouches_for(
    sanitized: Path, tls_port: int, authority: Authority
) -> None:
    with running(sanitized, a_tls_run(tls_port, authority.ca)) as units:
        units.do("wait 1 online 20")
        assert "TLSCERT:" in units.do("at 1 TLSCERT?")["answer"]


def test_a_unit_refuses_a_broker_that_somebody_else_vouches_for(
    sanitized: Path, tls_port: int, stranger: Authority
) -> None:
    with running(sanitized, a_tls_run(tls_port, stranger.ca)) as units:
        assert not units.ask("wait 1 online 4")["ok"]
        assert units.do("press 1 panic1")["event"] == 1  # it lives on, and keeps its alarms


# --- updates


@contextmanager
def serving(authority: Authority, files: dict[str, bytes]) -> Iterator[str]:
    """A web server with https; its address."""

    class Files(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def start_update(url: str, image: bytes) -> OtaCommand:
    md5 = hashlib.md5(image, usedforsecurity=False).hexdigest()
    return OtaCommand(OtaAction.START_UPDATE, url, md5, len(image))


def trust(scene: Scene, authority: Authority) -> None:
    scene.units.do("at 1 TLSCERTUPLOAD")
    for line in authority.ca.read_text().splitlines():
        answer = scene.units.do(f"type 1 '{line}'")["answer"]
    assert "OK" in answer


def last_login(scene: Scene) -> StatusMessage:
    return scene.ear.of(StatusMessage, scene.host, Leaf.LOGIN)[-1]


def test_an_update_is_verified_started_validated_and_taken_back(
    sanitized: Path, broker: BrokerAccess, until: Until, authority: Authority, tmp_path: Path
) -> None:
    with (
        serving(authority, {"/unit.bin": IMAGE}) as address,
        a_scene(sanitized, broker, until, plans_of(), tmp_path / "storage") as scene,
    ):
        scene.online()
        refused = scene.send(start_update(f"{address}/unit.bin", IMAGE))
        assert not refused.success, "without a CA nothing is fetched"
        trust(scene, authority)
        done = scene.send(start_update(f"{address}/unit.bin", IMAGE))
        assert (done.success, done.stage) == (True, Stage.EXECUTED), done.message
        until(lambda: last_login(scene).firmware == "2.2.0", 20)
        assert last_login(scene).partition == 2
        assert not last_login(scene).ota_validated
        assert scene.send(OtaCommand(OtaAction.VALIDATE)).success
        assert scene.send(OtaCommand(OtaAction.ROLLBACK)).success
        until(lambda: last_login(scene).firmware == "2.1.0", 20)
        assert last_login(scene).partition == 1


def test_an_image_that_nobody_validates_does_not_survive_a_restart(
    sanitized: Path, broker: BrokerAccess, until: Until, authority: Authority, tmp_path: Path
) -> None:
    with (
        serving(authority, {"/unit.bin": IMAGE}) as address,
        a_scene(sanitized, broker, until, plans_of(), tmp_path / "storage") as scene,
    ):
        scene.online()
        trust(scene, authority)
        assert scene.send(start_update(f"{address}/unit.bin", IMAGE)).success
        until(lambda: last_login(scene).firmware == "2.2.0", 20)
        scene.units.do("unplug 1")
        scene.units.do("plug 1")
        until(lambda: last_login(scene).firmware == "2.1.0", 20)
        assert last_login(scene).ota_validated


def test_an_update_that_is_not_what_was_announced_changes_nothing(
    sanitized: Path,
    broker: BrokerAccess,
    until: Until,
    authority: Authority,
    stranger: Authority,
    tmp_path: Path,
) -> None:
    with (
        serving(authority, {"/other.bin": IMAGE + b"!", "/no.bin": b"no image"}) as address,
        serving(stranger, {"/unit.bin": IMAGE}) as foreign,
        a_scene(sanitized, broker, until, plans_of(), tmp_path / "storage") as scene,
    ):
        scene.online()
        trust(scene, authority)
        attempts = [
            start_update(f"{address}/other.bin", IMAGE),  # another size and MD5
            start_update(f"{address}/no.bin", b"no image"),  # MD5 fits, but it is none
            start_update(f"{address}/missing.bin", IMAGE),
            start_update(f"{foreign}/unit.bin", IMAGE),  # not vouched for by our CA
        ]
        for attempt in attempts:
            answer = scene.send(attempt)
            assert not answer.success, attempt
            assert answer.error_code
        assert scene.send(SystemCommand(SystemAction.GET_STATUS)).success
        assert scene.units.do("show 1")["firmware"] == "2.1.0"
        assert scene.units.do("show 1")["boot_count"] == 1
