"""Between protobuf payloads and the messages of the domain (`protocol.md` 2.6, 3 to 6, 9).

Each message class has a `_Form`: its protobuf class and how its fields cross over. All fields
of a message are read by one `attrgetter`, which is what keeps a heartbeat below 3 µs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

from google.protobuf.message import DecodeError
from google.protobuf.message import Message as ProtoMessage
from google.protobuf.unknown_fields import UnknownFieldSet

from alarmstation.adapters.wire.schema import schema_class, twin_class
from alarmstation.domain import messages as m
from alarmstation.domain.errors import WireError
from alarmstation.domain.messages import Leaf, Message, Refusal

MAC_BYTES: Final = 6
_LENGTH_DELIMITED: Final = 2
_GROUP: Final = 3


def decode(leaf: Leaf, payload: bytes) -> Message:
    """The message that `payload` carries on `leaf`.

    Raises WireError: `decode` for what is no protobuf, `identity` for what looks like the frame
    of another leaf (2.6) or names no possible unit. No bytes raise anything else. Text that is
    not UTF-8, or holds NUL (which no database text can), gets U+FFFD in its place. An input
    alarm with an impossible id passes, see `AlarmEvent.has_impossible_id`.
    """
    form = _BY_LEAF[leaf]
    try:
        proto = form.parse(payload)
    except DecodeError:
        try:
            proto = twin_class(form.proto_name).FromString(payload)
        except DecodeError:
            raise WireError(Refusal.DECODE, f"{len(payload)} bytes are no message") from None
    message: Message = form.read(proto)
    match message:
        case m.Heartbeat() | m.LastWill():
            _check_id(message.device_db_id)
        case m.StatusMessage():
            _check_mac(leaf, message.mac_address)
            _check_id(message.device_db_id)
        case m.AlarmEvent(type=m.AlarmType.OUTPUT_EVENT):
            _check_id(message.device_db_id)
        case m.AlarmReceipt():
            _check_receipt(message, proto, payload)
        case _:
            pass
    return message


def encode(message: Message) -> bytes:
    """The payload of a message, fields in ascending order of number.

    Raises ValueError for a number that its field cannot hold, or text that has no UTF-8.
    """
    payload: bytes = _FORMS[type(message)].write(message).SerializeToString()
    return payload


def _check_id(device_db_id: int) -> None:
    if device_db_id > m.MAX_DEVICE_ID:
        raise WireError(Refusal.IDENTITY, f"{device_db_id} is no device id: of another leaf?")


def _check_mac(leaf: Leaf, mac: bytes) -> None:
    if len(mac) != MAC_BYTES and (mac or leaf is Leaf.LOGIN):
        raise WireError(Refusal.IDENTITY, f"a MAC of {len(mac)} bytes")


def _check_receipt(receipt: m.AlarmReceipt, proto: ProtoMessage, payload: bytes) -> None:
    # Unknown fields are re-encoded too, so the length alone would not notice them.
    if UnknownFieldSet(proto) or proto.ByteSize() != len(payload):
        raise WireError(Refusal.IDENTITY, "not the encoding of a receipt: of another leaf?")
    if not m.is_clock_set(receipt.committed_at):
        raise WireError(Refusal.IDENTITY, f"a receipt committed at {receipt.committed_at}")


def _text(value: str | bytes) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in text else text


def _unknown(found: UnknownFieldSet) -> m.UnknownFields:
    each = (found[index] for index in range(len(found)))
    return tuple((field.field_number, _raw_text(field.wire_type, field.data)) for field in each)


def _raw_text(wire_type: int, data: Any) -> str:
    if wire_type == _LENGTH_DELIMITED:
        return str(data.hex())
    if wire_type == _GROUP:
        return f"group of {len(data)}"
    return str(data)


_CROSSINGS: Final[dict[str, Callable[[Any], Any]]] = {
    "str": _text,
    "str | None": lambda value: None if value is None else _text(value),
    "DeviceState | int": m.DeviceState.of,
    "NetworkInterface | int": m.NetworkInterface.of,
    "AlarmType | int": m.AlarmType.of,
    "EventState | int": m.EventState.of,
    "Priority | int": m.Priority.of,
    "OutputType | int": m.OutputType.of,
    "PatternType | int": m.PatternType.of,
    "SystemAction | int": m.SystemAction.of,
    "DiagnosticAction | int": m.DiagnosticAction.of,
    "OtaAction | int": m.OtaAction.of,
    "ReadType | int": m.ReadType.of,
    "ConfigType | int": m.ConfigType.of,
    "Stage | int": m.Stage.of,
}
"""Annotation of a field in the domain → what its value goes through when it is read."""


@dataclass(frozen=True, slots=True)
class _Plain:
    """A message without parts; every field is read, absent ones as their default."""

    message_class: type[Any]
    proto_name: str
    proto_class: type[ProtoMessage]
    names: tuple[str, ...]
    crossings: tuple[tuple[int, Callable[[Any], Any]], ...]
    get: Callable[[Any], tuple[Any, ...]]
    parse: Callable[[bytes], ProtoMessage]

    def read(self, proto: ProtoMessage) -> Any:
        return self.message_class(*self.read_fields(proto))

    def read_fields(self, proto: ProtoMessage) -> list[Any]:
        """Values in the order of the dataclass, with the unknown fields last."""
        values = list(self.get(proto))
        for index, cross in self.crossings:
            values[index] = cross(values[index])
        unknown = UnknownFieldSet(proto)
        if unknown:
            values.append(_unknown(unknown))
        return values

    def write(self, message: Any) -> ProtoMessage:
        return self.proto_class(**{name: getattr(message, name) for name in self.names})


class _Optional(_Plain):
    """A config message: a field that is absent is None, and None stays absent."""

    __slots__ = ()

    def read_fields(self, proto: ProtoMessage) -> list[Any]:
        values = [getattr(proto, name) if proto.HasField(name) else None for name in self.names]
        for index, cross in self.crossings:
            values[index] = cross(values[index])
        values.append(_unknown(UnknownFieldSet(proto)))
        return values


class _Receipt(_Plain):
    """Has no place for unknown fields: a receipt that has any is refused."""

    __slots__ = ()

    def read(self, proto: ProtoMessage) -> Any:
        return self.message_class(*self.get(proto))


class _WithBody(_Plain):
    """An envelope or config command: exactly one member of a oneof is its `body`."""

    __slots__ = ()

    def read(self, proto: ProtoMessage) -> Any:
        values = dict(zip(self.names, self.read_fields(proto), strict=False))
        member = proto.WhichOneof(_ONEOFS[self.message_class])
        body = (
            None
            if member is None
            else _MEMBERS[self.message_class, member].read(getattr(proto, member))
        )
        return self.message_class(
            **values, body=body, unknown_fields=_unknown(UnknownFieldSet(proto))
        )

    def write(self, message: Any) -> ProtoMessage:
        parts = {name: getattr(message, name) for name in self.names}
        if message.body is not None:
            body_class = type(message.body)
            parts[_MEMBER_NAMES[self.message_class, body_class]] = _FORMS[body_class].write(
                message.body
            )
        return self.proto_class(**parts)


def _form(message_class: type[Any], proto_name: str, kind: type[_Plain] = _Plain) -> _Plain:
    known = [f for f in fields(message_class) if f.name not in {"unknown_fields", "body"}]
    names = tuple(field.name for field in known)
    crossings = tuple(
        (index, _CROSSINGS[str(field.type)])
        for index, field in enumerate(known)
        if str(field.type) in _CROSSINGS
    )
    proto_class = schema_class(proto_name)
    return kind(
        message_class,
        proto_name,
        proto_class,
        names,
        crossings,
        # With a single name attrgetter gives the bare value, not a tuple of one.
        attrgetter(*names) if len(names) > 1 else lambda proto: (getattr(proto, names[0]),),
        proto_class.FromString,
    )


_FORMS: Final[dict[type, _Plain]] = {
    form.message_class: form
    for form in (
        _form(m.Heartbeat, "Heartbeat"),
        _form(m.StatusMessage, "StatusMessage"),
        _form(m.AlarmEvent, "AlarmEvent"),
        _form(m.LastWill, "LastWillMessage"),
        _form(m.AlarmReceipt, "AlarmReceipt", _Receipt),
        _form(m.CommandEnvelope, "CommandEnvelope", _WithBody),
        _form(m.CommandResponse, "CommandResponse"),
        _form(m.SystemCommand, "SystemCommand"),
        _form(m.ConfigCommand, "ConfigCommand", _WithBody),
        _form(m.OutputCommand, "OutputCommand"),
        _form(m.DiagnosticCommand, "DiagnosticCommand"),
        _form(m.OtaCommand, "OTACommand"),
        _form(m.ConfigReadCommand, "ConfigReadCommand"),
        _form(m.WifiConfig, "WifiConfig", _Optional),
        _form(m.MqttConfig, "MqttConfig", _Optional),
        _form(m.DeviceConfig, "DeviceConfig", _Optional),
        _form(m.LocationConfig, "LocationConfig", _Optional),
        _form(m.NtpConfig, "NTPConfig", _Optional),
        _form(m.BleConfig, "BLEConfig", _Optional),
    )
}

_ONEOFS: Final[dict[type, str]] = {m.CommandEnvelope: "command", m.ConfigCommand: "settings"}
_MEMBER_NAMES: Final[dict[tuple[type, type], str]] = {
    (m.CommandEnvelope, m.SystemCommand): "system",
    (m.CommandEnvelope, m.ConfigCommand): "config",
    (m.CommandEnvelope, m.OutputCommand): "output",
    (m.CommandEnvelope, m.DiagnosticCommand): "diagnostic",
    (m.CommandEnvelope, m.OtaCommand): "ota",
    (m.CommandEnvelope, m.ConfigReadCommand): "config_read",
    (m.ConfigCommand, m.WifiConfig): "wifi",
    (m.ConfigCommand, m.MqttConfig): "mqtt",
    (m.ConfigCommand, m.DeviceConfig): "device",
    (m.ConfigCommand, m.LocationConfig): "location",
    (m.ConfigCommand, m.NtpConfig): "ntp",
    (m.ConfigCommand, m.BleConfig): "ble",
}
_MEMBERS: Final = {(whole, member): _FORMS[part] for (whole, part), member in _MEMBER_NAMES.items()}

_BY_LEAF: Final[dict[Leaf, _Plain]] = {
    Leaf.HB: _FORMS[m.Heartbeat],
    Leaf.LOGIN: _FORMS[m.StatusMessage],
    Leaf.STATUS: _FORMS[m.StatusMessage],
    Leaf.ALARM: _FORMS[m.AlarmEvent],
    Leaf.RESPONSE: _FORMS[m.CommandResponse],
    Leaf.RESP: _FORMS[m.CommandResponse],
    Leaf.LW: _FORMS[m.LastWill],
    Leaf.CMD: _FORMS[m.CommandEnvelope],
    Leaf.ACK: _FORMS[m.AlarmReceipt],
}
