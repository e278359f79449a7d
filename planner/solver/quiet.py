"""HiGHS without a word: it would greet whoever makes one on standard output, which is for the leader's table."""

from __future__ import annotations

import highspy


class QuietHighs(highspy.Highs):
    """HiGHS on one thread, which tells nothing."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # its stubs leave it untyped

    def enableCallbacks(self) -> None:  # noqa: N802 - its name in HiGHS; called before anything else can be
        """Fall silent before the first word."""
        self.setOptionValue("output_flag", False)  # noqa: FBT003 - options are named values there
        self.setOptionValue("threads", 1)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # its stubs leave it untyped
