"""Ways to make a sound: QtMultimedia, the desktop's players, Windows' own."""

from __future__ import annotations

import io
import re
import shutil
import struct
import sys
import wave
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QProcess, QTimer

from alarmstation.console.sound import PROOF_MS, Player, Sound, Verdict


def find_players() -> list[Player]:
    """Every way to make a sound on this machine, best first."""
    found = [*multimedia(), *programs()]
    if sys.platform == "win32":
        found.extend(windows())
    return found


def multimedia() -> list[Player]:
    """QtMultimedia, when its libraries are there and it knows a device."""
    try:
        from PySide6.QtMultimedia import (  # noqa: PLC0415 - needs libraries that may be absent
            QMediaDevices,
        )
    except ImportError:
        return []
    return [] if QMediaDevices.defaultAudioOutput().isNull() else [MultimediaPlayer()]


def programs() -> list[Player]:
    """Player programs that are installed."""
    found: list[Player] = []
    for program in ("pw-play", "paplay", "aplay", "afplay"):
        path = shutil.which(program)
        if path is not None:
            found.append(ProgramPlayer(Path(path)))
    return found


def windows() -> list[Player]:
    """Windows' own player."""
    return [WindowsPlayer()]


def quieter(path: Path, volume: float) -> bytes:
    """The WAV file (16 bit) at `volume`, for players without a volume of their own."""
    with wave.open(str(path), "rb") as file:
        shape, frames = file.getparams(), file.readframes(file.getnframes())
    count = len(frames) // 2
    values = struct.unpack(f"<{count}h", frames)
    scaled = struct.pack(f"<{count}h", *(int(value * volume) for value in values))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams(shape)
        file.writeframes(scaled)
    return out.getvalue()


class ProgramPlayer:
    """A player program, one process per sound.

    The proof: a program that cannot open the device ends at once with an error, one without a
    real device swallows the file at once; one that still runs after `PROOF_MS` is playing.
    """

    def __init__(self, program: Path) -> None:
        self._program = program
        self._process: QProcess | None = None

    @property
    def name(self) -> str:
        """The program."""
        return self._program.name

    def _arguments(self, sound: Sound, volume: float) -> list[str]:
        match self._program.name:
            case "pw-play":
                return [f"--volume={volume:.2f}", str(sound.path)]
            case "paplay":
                return [f"--volume={round(volume * 65536)}", str(sound.path)]
            case "afplay":
                return ["-v", f"{volume:.2f}", str(sound.path)]
            case _:
                return ["-q", "-"]

    def play(self, sound: Sound, volume: float, verdict: Verdict) -> None:
        """Start the program."""
        self.stop()
        process = QProcess()
        self._process = process
        told = False

        def tell(advanced: bool, problem: str) -> None:
            nonlocal told
            if not told:
                told = True
                verdict(advanced, problem)

        def on_finished(code: int) -> None:
            said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
            last = said.splitlines()[-1] if said else "it ended before the sound did"
            plain = re.sub(r"^aplay: \w+:\d+: ", "", last)  # its own source lines help nobody
            tell(False, plain if code else "the device is not a real one")

        def on_error(error: QProcess.ProcessError) -> None:
            # What a program that ended has said is better than that it could not be written to.
            if error == QProcess.ProcessError.FailedToStart:
                tell(False, process.errorString())

        def on_proof() -> None:
            if process.state() == QProcess.ProcessState.Running:
                tell(True, "")

        process.finished.connect(on_finished)
        process.errorOccurred.connect(on_error)
        process.started.connect(lambda: QTimer.singleShot(PROOF_MS, process, on_proof))
        process.start(str(self._program), self._arguments(sound, volume))
        if self._program.name == "aplay":
            process.write(quieter(sound.path, volume))
            process.closeWriteChannel()

    def stop(self) -> None:
        """End the program."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            if process.state() != QProcess.ProcessState.NotRunning:
                process.kill()
                process.waitForFinished(200)
            process.deleteLater()


class MultimediaPlayer:
    """QtMultimedia's audio sink. The proof: it has processed time after `PROOF_MS`."""

    def __init__(self) -> None:
        from PySide6.QtMultimedia import (  # noqa: PLC0415 - needs libraries that may be absent
            QAudioSink,
        )

        self._sink: QAudioSink | None = None
        self._data: QBuffer | None = None

    @property
    def name(self) -> str:
        """The device's own name."""
        from PySide6.QtMultimedia import QMediaDevices  # noqa: PLC0415

        return QMediaDevices.defaultAudioOutput().description() or "QtMultimedia"

    def play(self, sound: Sound, volume: float, verdict: Verdict) -> None:
        """Start on the device that is the default now."""
        from PySide6.QtMultimedia import (  # noqa: PLC0415
            QAudioFormat,
            QAudioSink,
            QMediaDevices,
        )

        self.stop()
        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            QTimer.singleShot(0, lambda: verdict(False, "no sound device"))
            return
        with wave.open(str(sound.path), "rb") as file:
            shape = QAudioFormat()
            shape.setSampleRate(file.getframerate())
            shape.setChannelCount(file.getnchannels())
            shape.setSampleFormat(QAudioFormat.SampleFormat.Int16)
            frames = file.readframes(file.getnframes())
        data = QBuffer()
        data.setData(QByteArray(frames))
        data.open(QIODevice.OpenModeFlag.ReadOnly)
        sink = QAudioSink(device, shape)
        sink.setVolume(volume)
        self._sink, self._data = sink, data
        sink.start(data)

        def on_proof() -> None:
            if self._sink is sink:
                played = sink.processedUSecs() > 0
                verdict(played, "" if played else f"no progress ({sink.error().name})")

        QTimer.singleShot(PROOF_MS, sink, on_proof)

    def stop(self) -> None:
        """End at once."""
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
        self._sink = self._data = None


class WindowsPlayer:
    """Windows' PlaySound, which has no volume and tells an error only at the start."""

    @property
    def name(self) -> str:
        """What it is called."""
        return "winsound"

    def play(self, sound: Sound, volume: float, verdict: Verdict) -> None:
        """Start; the system's volume counts."""
        del volume
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415 - only there

            flags = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
            try:
                winsound.PlaySound(str(sound.path), flags)
            except RuntimeError as error:
                problem = str(error)
                QTimer.singleShot(0, lambda: verdict(False, problem))
            else:
                QTimer.singleShot(PROOF_MS, lambda: verdict(True, ""))

    def stop(self) -> None:
        """End at once."""
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415 - only there

            winsound.PlaySound(None, 0)
