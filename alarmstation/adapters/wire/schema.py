"""The generated message classes, and their twins that take any bytes as text.

protobuf refuses a message as a whole when one of its texts is not valid UTF-8. A unit with a
damaged name must not fall silent for that (`protocol.md` 3), so every message can be decoded a
second time with a schema in which `string` reads `bytes`.
"""

from __future__ import annotations

from functools import cache

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message as ProtoMessage

from alarmstation.adapters.wire.generated import esg_alarm_pb2, esg_command_pb2

_TEXT = descriptor_pb2.FieldDescriptorProto.TYPE_STRING
_BYTES = descriptor_pb2.FieldDescriptorProto.TYPE_BYTES


def schema_class(name: str) -> type[ProtoMessage]:
    """The generated class of the message `name`; raises KeyError for no such message."""
    for module in (esg_alarm_pb2, esg_command_pb2):
        if name in module.DESCRIPTOR.message_types_by_name:
            found: type[ProtoMessage] = getattr(module, name)
            return found
    raise KeyError(name)


@cache
def twin_class(name: str) -> type[ProtoMessage]:
    """The same message with every `string` as `bytes`."""
    return message_factory.GetMessageClass(_twins().FindMessageTypeByName(f"esg.alarm.{name}"))


@cache
def _twins() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    for module in (esg_alarm_pb2, esg_command_pb2):
        file = descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        for message in file.message_type:
            for field in message.field:
                if field.type == _TEXT:
                    field.type = _BYTES
        pool.Add(file)
    return pool
