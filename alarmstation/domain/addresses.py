"""IP addresses as the wire carries them: the most significant byte is the first octet.

Some units send them byte-reversed (`protocol.md` 3). Nobody can know for sure from the number
alone, but a unit on a private network that seems to live at 7.1.168.192 gives itself away.
"""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Final

from alarmstation.domain.errors import UserError

_SITE_NETWORKS: Final = tuple(
    (int(network.network_address), int(network.netmask))
    for network in map(
        IPv4Network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    )
)
_UNUSABLE_FIRST_OCTETS: Final = frozenset((0, 127, *range(224, 256)))


def address_text(number: int) -> str:
    """Dotted text of a wire address; "" for 0, which means "no address"."""
    return str(IPv4Address(number)) if number else ""


def parse_address(text: str) -> int:
    """The wire number of dotted text; 0 for empty text.

    Raises UserError (`address.not_ipv4`) for anything else.
    """
    stripped = text.strip()
    if not stripped:
        return 0
    try:
        return int(IPv4Address(stripped))
    except AddressValueError:
        raise UserError(
            "address.not_ipv4", "{value} is not an IPv4 address such as 192.0.2.7.", value=stripped
        ) from None


def reversed_address(number: int) -> int:
    """The same four octets in the opposite order."""
    return int.from_bytes(number.to_bytes(4, "big"), "little")


def is_suspect(number: int) -> bool:
    """Whether only the byte-reversed reading of this address is plausible for a unit."""
    return _plausibility(number) < _plausibility(reversed_address(number))


def _plausibility(number: int) -> int:
    """2 for a private network, 1 for another unicast address, 0 for what no unit can have."""
    if any(number & mask == network for network, mask in _SITE_NETWORKS):
        return 2
    return 0 if number >> 24 in _UNUSABLE_FIRST_OCTETS else 1
