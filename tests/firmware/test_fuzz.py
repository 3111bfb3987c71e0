"""libFuzzer on everything that parses, with a fixed seed and a bounded number of runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.firmware.building import FIRMWARE, build, nanopb_source, require, run

RUNS = {"frame": 150_000, "command": 150_000, "at": 100_000}
CONSOLE = [
    b"HOSTNAME=UNIT\nHOSTNAME?\nDBID=42\nDBID?",
    b"WIFISSID=net\nWIFIDHCP=0\nWIFIRETRYDELAY=100\nWIFISAVE\nWIFISHOW",
    b"MQTTSERVER=a.example\nMQTTSSL=1,8883\nMQTTTOPIC=a/b\nMQTTSAVE\nMQTTCONNECT",
    b"PBKEY=" + b"5a" * 32 + b"\nPBSHOW\nPBHMAC=1\nPBVERIFY=0",
    b"NTPSERVER1=time.example\nNTPINTERVAL=24\nTIMEZONE=CET-1CEST\nNTPSAVE\nTIME?",
    b"OUTPUT=SIRENA,INTERMITTENT,200,300,5\nTESTIO\nFANSET=50\nINPUTS?\nOUTPUTS?",
    b"TLSCERTUPLOAD\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\nTLSCERT?",
    b"OTASTART=https://a.example/x.bin\nOTASTATUS\nOTAABORT\nBLEHMAC=0,1\nCOUNTRY=MX\nLAT=-19.5",
]


@pytest.fixture(scope="module")
def fuzzers() -> Path:
    require("clang")
    if nanopb_source() is None:
        pytest.skip("nanopb's source cannot be had here, and a fuzzer must see into it")
    return build("fuzz", "-DSTATION_FUZZ=ON", compiler="clang")


def seeds(name: str) -> list[bytes]:
    """Where a fuzzer starts: the golden vectors, or lines of the console."""
    if name == "at":
        return CONSOLE
    data = json.loads((FIRMWARE.parent / "proto" / "vectors.json").read_text())
    frames = [bytes.fromhex(vector["frame"]) for vector in data["vectors"]]
    if name == "frame":
        return frames
    return [b"\0" + frame[6:-8] for frame in frames] + [b"\1" + frame[6:-8] for frame in frames]


@pytest.mark.parametrize("name", RUNS)
def test_no_input_harms_the_core(fuzzers: Path, name: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed{number}").write_bytes(seed)
    said = run(
        [
            str(fuzzers / f"fuzz_{name}"),
            "-seed=1",
            f"-runs={RUNS[name]}",
            "-max_total_time=20",
            "-max_len=900",
            f"-artifact_prefix={tmp_path}/",
            str(corpus),
        ]
    )
    assert "Done" in said
