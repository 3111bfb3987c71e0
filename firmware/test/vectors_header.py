#!/usr/bin/env python3
"""Write proto/vectors.json as a C header.

    python3 vectors_header.py PROTO_FOLDER HEADER

Every vector becomes its frame and a message filled in with the generated nanopb types, so that
the test can go both ways. Standard library only: the build runs it with the system's Python.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PREFIX = "esg_alarm"
_FIELD = re.compile(r"^\s*(optional\s+)?([\w.]+)\s+(\w+)\s*=\s*\d+\s*;")


def read_schema(folder: Path) -> dict[str, dict[str, tuple[str, bool, str]]]:
    """Message → field → (type, optional, name of its oneof or "")."""
    messages: dict[str, dict[str, tuple[str, bool, str]]] = {}
    for file in sorted(folder.glob("*.proto")):
        message = oneof = ""
        inside_enum = False
        for raw in file.read_text().splitlines():
            line = raw.split("//")[0]
            if found := re.match(r"^\s*(message|oneof|enum)\s+(\w+)\s*\{", line):
                kind, name = found.groups()
                if kind == "message":
                    message = name
                    messages[message] = {}
                elif kind == "oneof":
                    oneof = name
                else:
                    inside_enum = "}" not in line
            elif line.strip() == "}":
                if inside_enum:
                    inside_enum = False
                elif oneof:
                    oneof = ""
            elif not inside_enum and message and (found := _FIELD.match(line)):
                optional, kind, name = found.groups()
                messages[message][name] = (kind, bool(optional), oneof)
    return messages


def literal(kind: str, value: Any) -> str:
    """A value in C."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "string":
        return json.dumps(value)
    if kind == "float":
        text = repr(float(value))
        return text + "F"
    if kind == "uint64":
        return f"{value}U" if value < 2**32 else f"{value}ULL"
    if kind == "uint32":
        return f"{value}U"
    return str(value)


def members(schema: dict[str, Any], message: str, fields: dict[str, Any]) -> str:
    """The designated initialisers of a message."""
    parts = []
    for name, value in fields.items():
        kind, optional, oneof = schema[message][name]
        if isinstance(value, dict):
            parts.append(f".which_{oneof} = {PREFIX}_{message}_{name}_tag")
            parts.append(f".{oneof}.{name} = {{{members(schema, kind, value)}}}")
            continue
        if optional:
            parts.append(f".has_{name} = true")
        if kind in schema or "." in kind:
            raise ValueError(f"{message}.{name}: a message where a value stands")
        if kind not in {"bool", "string", "float", "uint32", "uint64", "int32", "int64", "bytes"}:
            nested = "CommandResponse_" if kind == "Stage" else ""
            parts.append(f".{name} = ({PREFIX}_{nested}{kind}){value}")
            continue
        parts.append(f".{name} = {literal(kind, value)}")
    return ", ".join(parts)


def header(folder: Path) -> str:
    """The text of the header."""
    schema = read_schema(folder)
    data = json.loads((folder / "vectors.json").read_text())
    key = ", ".join(f"0x{byte:02x}" for byte in bytes.fromhex(data["key"]))
    lines = [
        "// Generated from proto/vectors.json.",
        "#ifndef VECTORS_H",
        "#define VECTORS_H",
        '#include "esg_alarm.pb.h"',
        '#include "esg_command.pb.h"',
        f"static const uint8_t VECTORS_KEY[32] = {{{key}}};",
        "struct vector {",
        "    const char *name, *leaf, *frame;",
        "    uint32_t sequence;",
        "    const pb_msgdesc_t *fields;",
        "    const void *message;",
        "    size_t size;",
        "};",
    ]
    table = []
    for vector in data["vectors"]:
        name, message = vector["name"], vector["message"]
        kind = f"{PREFIX}_{message}"
        text = members(schema, message, vector["fields"])
        lines.append(f"static const {kind} VECTOR_{name} = {{{text}}};")
        table.append(
            f'    {{"{name}", "{vector["leaf"]}", "{vector["frame"]}", {vector["sequence"]}U, '
            f"{kind}_fields, &VECTOR_{name}, sizeof VECTOR_{name}}},"
        )
    lines += ["static const struct vector VECTORS[] = {", *table, "};", "#endif", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(header(Path(sys.argv[1])))
