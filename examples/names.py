"""Invented names of streets and communities; a likeness to real ones is chance."""

from __future__ import annotations

from random import Random

_FIRST = "澄望禾芦泾塘浦柳梧锦祁云启汇清嘉安映春星月景翠恒和文汀澜枫榆"
_SECOND = "湖溪桥源泽林川园湾岸丰宁平阳歌华庭畔原秀渡圃舟野坡"
_ARTERIAL_EAST = ("嘉澄", "望塘", "锦泾", "祁禾", "汇源", "清河", "安浦", "启文", "云柳", "芦汀")
_ARTERIAL_NORTH = ("澄浏", "塘祁", "禾浦", "星泾", "景塘", "春澄", "梧桐湾", "恒源", "映月", "秀泽")

REPORT_COMMUNITIES = (("书香嘉苑", 712), ("金地嘉源", 846), ("春申阳光", 534), ("嘉荷景庭", 394))
"""The report's four communities; it gives 2,486 households for all together, how they divide is invented."""

OTHER_COMMUNITIES = (
    *("澄湖雅苑", "云栖嘉园", "汇源新苑", "望泾雅居", "柳岸名庭", "安和里", "锦塘花苑", "禾塘家园", "清嘉名邸"),
    *("梧桐澄园", "启源公寓", "月塘小区", "芦泾新村", "汇塘新村", "春塘苑", "星泾华庭", "祁望佳苑", "双浦花园"),
    *("嘉澜湾", "景澄府"),
)
"""Twenty more, all invented; the last two are not yet handed over."""

PARTNERS = (
    *("澄北", "望泾", "禾塘", "锦云", "安汇", "梧桐", "澄塘", "禾景", "安居汇", "嘉泽", "月桂", "映湖", "望泽"),
    *("嘉澜", "景澄"),
)
"""Stems of the example's committees, property companies and developers, in that order; all invented."""


class StreetNames:
    """Gives out street names, each once."""

    def __init__(self, rng: Random) -> None:
        self._lanes = [a + b for a in _FIRST for b in _SECOND]
        rng.shuffle(self._lanes)
        self._rng = rng
        self._arterials = {True: list(_ARTERIAL_NORTH), False: list(_ARTERIAL_EAST)}

    def arterial(self, *, northward: bool) -> str:
        """Return the next main road's name: 公路 and 大道 run north, 路 east."""
        return self._arterials[northward].pop(0) + "路"

    def lane(self) -> str:
        """Return a lesser street's name."""
        return self._lanes.pop() + self._rng.choice(("路", "路", "路", "街", "弄"))
