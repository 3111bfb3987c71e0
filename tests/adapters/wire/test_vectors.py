import hashlib
import hmac

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message as ProtoMessage

from alarmstation.adapters.wire.codec import decode, encode
from alarmstation.adapters.wire.frame import open_frame, seal
from alarmstation.adapters.wire.generated import esg_alarm_pb2, esg_command_pb2
from alarmstation.adapters.wire.schema import schema_class
from alarmstation.domain.errors import WireError
from alarmstation.domain.keys import KeyWeakness
from alarmstation.domain.messages import Leaf, Refusal
from tests.adapters.wire.vectors import FRAME_KEY, KEY, VECTORS, Vector

each_vector = pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
extended = pytest.mark.parametrize(
    "vector", [it for it in VECTORS.values() if it.base], ids=lambda it: it.name
)


def test_all_vectors_of_the_specification_are_there() -> None:
    expected = [*(f"V{n}" for n in range(1, 9)), *(f"X{n}" for n in range(1, 6))]
    assert list(VECTORS) == expected


@each_vector
def test_the_fields_of_a_vector_make_its_frame(vector: Vector) -> None:
    assert seal(FRAME_KEY, vector.sequence, encode(vector.message)) == vector.frame


@each_vector
def test_the_frame_of_a_vector_gives_its_fields(vector: Vector) -> None:
    frame = open_frame(vector.frame, [FRAME_KEY])
    assert (frame.sequence, frame.key_index) == (vector.sequence, 0)
    assert decode(vector.leaf, frame.payload) == vector.message


@each_vector
def test_a_vector_with_any_one_bit_flipped_is_refused(vector: Vector) -> None:
    for bit in range(8 * len(vector.frame)):
        damaged = bytearray(vector.frame)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(WireError):
            open_frame(bytes(damaged), [FRAME_KEY])


@each_vector
def test_a_vector_with_a_little_endian_header_is_refused(vector: Vector) -> None:
    signed = len(vector.payload).to_bytes(2, "little") + vector.frame[2:-8]
    tag = hmac.digest(KEY.raw, signed, "sha256")[-8:]
    with pytest.raises(WireError):
        open_frame(signed + tag, [FRAME_KEY])
    sequence_swapped = vector.frame[:2] + vector.sequence.to_bytes(4, "little") + vector.payload
    if sequence_swapped + vector.frame[-8:] != vector.frame:
        with pytest.raises(WireError):
            open_frame(sequence_swapped + vector.frame[-8:], [FRAME_KEY])


@each_vector
def test_a_vector_with_the_first_bytes_of_the_digest_as_tag_is_refused(vector: Vector) -> None:
    signed = vector.frame[:-8]
    tag = hmac.new(KEY.raw, signed, hashlib.sha256).digest()[:8]
    with pytest.raises(WireError) as caught:
        open_frame(signed + tag, [FRAME_KEY])
    assert caught.value.reason == Refusal.BAD_TAG


@extended
def test_an_extended_vector_read_without_extensions_is_its_base(vector: Vector) -> None:
    assert vector.base is not None
    base = VECTORS[vector.base]
    name = schema_class_name(vector)
    older = older_class(name).FromString(vector.payload)
    older.DiscardUnknownFields()
    assert older.SerializeToString() == base.payload
    assert decode(vector.leaf, older.SerializeToString()) == base.message


def test_the_payload_of_an_alarm_is_no_receipt() -> None:
    with pytest.raises(WireError) as caught:
        decode(Leaf.ACK, VECTORS["V3"].payload)
    assert caught.value.reason == Refusal.IDENTITY


def test_the_test_key_is_weak() -> None:
    assert KeyWeakness.CONSTANT_STEP in KEY.weaknesses


def schema_class_name(vector: Vector) -> str:
    return {
        Leaf.HB: "Heartbeat",
        Leaf.ALARM: "AlarmEvent",
        Leaf.CMD: "CommandEnvelope",
        Leaf.RESPONSE: "CommandResponse",
    }[vector.leaf]


def older_class(name: str) -> type[ProtoMessage]:
    """The class of a message as an older unit knows it: no field from 100 on."""
    pool = descriptor_pool.DescriptorPool()
    for module in (esg_alarm_pb2, esg_command_pb2):
        file = descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        for message in file.message_type:
            kept = [field for field in message.field if field.number < 100]
            del message.field[:]
            message.field.extend(kept)
        pool.Add(file)
    found = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"esg.alarm.{name}"))
    assert len(found.DESCRIPTOR.fields) < len(schema_class(name).DESCRIPTOR.fields)
    return found
