"""A box to choose a site by its whole path."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from alarmstation.console.context import ConsoleContext
from alarmstation.console.models.site_tree import natural_key
from alarmstation.console.views.unit_header import PLACE_SEPARATOR


class SiteChoice(QComboBox):
    """Lists the sites when asked to; None is "nowhere"."""

    def __init__(
        self, context: ConsoleContext, nowhere: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._nowhere = nowhere
        self.setMaxVisibleItems(20)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(18)

    @property
    def site_id(self) -> int | None:
        """The chosen site."""
        chosen = self.currentData()
        return None if chosen is None else int(chosen)

    def offer(self, chosen: int | None, without: int | None = None) -> None:
        """List the sites as they are now, `without` one and what lies below it."""
        live = self._context.live
        paths = []
        for site in live.sites.values():
            above = live.site_path(site.id)
            if all(step.id != without for step in above):
                paths.append((PLACE_SEPARATOR.join(step.name for step in above), site.id))
        self.clear()
        self.addItem(self._nowhere, None)
        for path, site_id in sorted(paths, key=lambda entry: natural_key(entry[0])):
            self.addItem(path, site_id)
        self.setCurrentIndex(max(0, self.findData(chosen)))
