"""A network behind the table of pieces, run by onnxruntime. Read when it is first used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from periksa.encoders.files import File, together
from periksa.encoders.pieces import Row, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

AT_ONCE = 16
"""Rows of pieces in one run, at most; more are no faster on a processor and take more memory."""
INPUTS = {"words", "real"}


class Network:
    """Rows of pieces to what the network makes of each. `threads`: processors that one run may use."""

    def __init__(self, path: Path, result: str, table: Table, threads: int) -> None:
        self._file = File(path, self._session)
        self._result = result
        self._table = table
        self._threads = threads

    @property
    def fingerprint(self) -> str:
        """Of all files that take part. Raises: ModelUnavailable."""
        return together(self._file.hash, self._table.fingerprint)

    def apply(self, rows: Sequence[Row], at_once: int = 1) -> list[NDArray[np.float32]]:
        """What is made of each row. Together (`at_once`) rows of a like length are run nearly twice as fast.

        A quantised network looks at all rows of a run, so then each result depends a little on the others.
        """
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        made: dict[int, NDArray[np.float32]] = {}
        for start in range(0, len(order), at_once):
            part = order[start : start + at_once]
            made |= zip(part, self._run([rows[at] for at in part]), strict=True)
        return [made[at] for at in range(len(rows))]

    def _run(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        import numpy as np

        session = self._file.made
        longest = max(map(len, rows))
        words = np.zeros((len(rows), longest, self._table.width), np.float32)
        real = np.zeros((len(rows), longest), np.float32)
        for at, row in enumerate(rows):
            words[at, : len(row)] = self._table.vectors(row)
            real[at, : len(row)] = 1
        made: NDArray[np.float32] = session.run([self._result], {"words": words, "real": real})[0]
        return made

    def _session(self, content: bytes) -> InferenceSession:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._fits(session)
        return session

    def _fits(self, session: InferenceSession) -> None:
        inputs = {each.name: each.shape for each in session.get_inputs()}
        if inputs.keys() != INPUTS or self._result not in {each.name for each in session.get_outputs()}:
            raise ValueError(f"it does not turn {' and '.join(sorted(INPUTS))} into {self._result}")
        if inputs["words"][-1] != self._table.width:
            raise ValueError("it belongs to another table of pieces")
