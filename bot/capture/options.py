"""What may be asked of a capture: how wide the page is shown, how it is printed, which files are made."""

from dataclasses import dataclass

from storage.kinds import ArtifactKind, Sheet, Viewport


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen in CSS pixels; ``scale`` is how many pixels of a picture one of them has on each side."""

    width: int
    height: int
    scale: int = 1
    is_phone: bool = False


# 4:3, so that a phone's card shows it large enough to recognise the page.
_SCREENS = {
    Viewport.DESKTOP: Screen(1280, 960),
    Viewport.PHONE: Screen(400, 800, scale=2, is_phone=True),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of one capture. A file of a kind that is not asked for is not made."""

    viewport: Viewport = Viewport.DESKTOP
    sheet: Sheet = Sheet.A4
    kinds: frozenset[ArtifactKind] = frozenset(ArtifactKind)

    @property
    def screen(self) -> Screen:
        """The screen of ``viewport``."""
        return _SCREENS[self.viewport]

    def wants(self, *kinds: ArtifactKind) -> bool:
        """Whether any of these kinds is asked for."""
        return not self.kinds.isdisjoint(kinds)


EVERYTHING = Options()
