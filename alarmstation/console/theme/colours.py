"""The two palettes. Greys are neutral; colour is only for what is abnormal (`console.md` 3)."""

from __future__ import annotations

from dataclasses import dataclass

from alarmstation.domain.alarm import Severity


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour that the console draws with, as "#rrggbb".

    `*_text` colours may be used for words on `window`, `surface` and `raised`: at least 4.5:1.
    The priority fills are for symbols and large areas, with `on_priority` for the digit in them.
    """

    name: str
    dark: bool
    window: str
    """Behind everything."""
    surface: str
    """Lists, cards, forms."""
    raised: str
    """Buttons, headers, the row under the pointer."""
    selected: str
    """Selected row."""
    line: str
    """Separators and quiet borders."""
    edge: str
    """Borders of controls: at least 3:1 on `surface`."""
    text: str
    dim: str
    """Secondary words."""
    accent: str
    """Fill of the one main button of a form; neutral on purpose."""
    on_accent: str
    focus: str
    """Ring around what has the keyboard."""
    critical: str
    high: str
    medium: str
    low: str
    comms: str
    """Communication lost."""
    suppressed: str
    bad_text: str
    """Words about what is down."""
    warn_text: str
    """Words about what is degraded."""
    bad_fill: str
    """Area behind big words about a loss, with `on_bad`."""
    on_bad: str
    lamp_on: str
    """A lamp that is lit and normal."""
    lamp_off: str
    curves: tuple[str, ...]
    """Lines of charts, apart in every simulated colour blindness together with their dash."""

    def priority(self, severity: int) -> str:
        """Fill of a priority's symbol."""
        return {
            Severity.CRITICAL: self.critical,
            Severity.HIGH: self.high,
            Severity.MEDIUM: self.medium,
        }.get(Severity(severity), self.low)


DARK = Colours(
    name="dark",
    dark=True,
    window="#121518",
    surface="#191d21",
    raised="#23282e",
    selected="#313941",
    line="#2c3238",
    edge="#747d86",
    text="#e8ebee",
    dim="#a9b2bb",
    accent="#dfe4e9",
    on_accent="#14181c",
    focus="#8ab8ff",
    critical="#e8175d",
    high="#ff8b1f",
    medium="#ffd83a",
    low="#2bb5d9",
    comms="#a77bff",
    suppressed="#98a1aa",
    bad_text="#ff7a9c",
    warn_text="#ffb65c",
    bad_fill="#a30d42",
    on_bad="#ffffff",
    lamp_on="#dfe4e9",
    lamp_off="#3a4249",
    curves=("#7cc4ff", "#f2b36b", "#b9a4ff", "#7fd6b2", "#e99ac0", "#d7dce1"),
)

LIGHT = Colours(
    name="light",
    dark=False,
    window="#eceef0",
    surface="#ffffff",
    raised="#f1f3f5",
    selected="#dbe1e7",
    line="#d6dbe0",
    edge="#7d8790",
    text="#171b1f",
    dim="#525c66",
    accent="#2a3138",
    on_accent="#ffffff",
    focus="#1557b8",
    critical="#d40d52",
    high="#f07d10",
    medium="#f5c400",
    low="#0d93b8",
    comms="#7a45e0",
    suppressed="#6d7780",
    bad_text="#b1003f",
    warn_text="#8a4b00",
    bad_fill="#b80d4b",
    on_bad="#ffffff",
    lamp_on="#2a3138",
    lamp_off="#c9d0d6",
    curves=("#0a62b5", "#a65a00", "#6a3fc8", "#0b7a53", "#a81f66", "#3b444c"),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
