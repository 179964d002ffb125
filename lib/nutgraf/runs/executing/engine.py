"""The one module that knows papermill: execute a notebook with parameters, cell by cell, and keep it as far as it came.

Whatever else can do what `execute_notebook` says, such as nbclient alone, could take papermill's place here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Tries to start a kernel, and the pause after the first failure, in seconds, which doubles: a busy machine may be short of ports or memory.
KERNEL_STARTS, PAUSE_S = 3, 1.0
START_LIMIT_S = 120
#: What is kept of the text that one cell prints, and of any other single output, in characters. Pages show none of what is printed.
MOST_PRINTED, MOST_SHOWN = 1_000_000, 50_000_000
#: How long a kernel may go on handing over what a cell printed after the cell is done, in seconds.
HANDING_OVER_S = 300


class KernelDidNotStart(Exception):
    """No kernel could be started, so no cell was executed."""


@contextmanager
def without_address_grammar() -> Iterator[None]:
    """Import nbformat in a tenth of its time.

    jsonschema builds a parser for internationalised addresses when rfc3987_syntax is installed, which takes more than two seconds
    in every process; no notebook holds such an address.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails, and jsonschema goes without
    try:
        yield
    finally:
        if sys.modules.get(name) is None:
            del sys.modules[name]


def execute_notebook(source: str, output: str, *, parameters: Mapping[str, Any], folder: str, cell_limit_s: int) -> Any:
    """Execute a notebook.

    Args:
        source: Its name in the working folder; `output` too, so that no path of this machine gets into a notebook.
        output: Where it is written, whole or as far as it came.
        parameters: Values that replace those of its cell tagged ``parameters``.
        folder: Where its kernel runs.
        cell_limit_s: How long one cell may run, in seconds.

    Returns:
        The executed notebook, as nbformat has it. A notebook that ended itself may lack cells at its end.

    Raises:
        KernelDidNotStart: After several tries.
        Exception: What papermill or nbclient say of a cell that failed, ran too long, or whose kernel died.
    """
    with without_address_grammar():
        import nbformat
        import papermill
        from nbclient.exceptions import DeadKernelError
        from papermill.clientwrap import PapermillNotebookClient
        from papermill.engines import Engine, papermill_engines

    kept = Path(output).resolve()  # papermill changes into the kernel's folder

    class Client(PapermillNotebookClient):
        """papermill's client, with a cap on what a cell prints."""

        def output(self, outs: Any, msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
            msg = _capped(msg, sum(len(out.get("text", "")) for out in outs if out["output_type"] == "stream"))
            return super().output(outs, msg, display_id, cell_index) if msg else None

    class KeepingEngine(Engine):
        """Starts the kernel again when it does not start, and keeps the notebook also when it dies or runs out of time."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            for number in range(1, KERNEL_STARTS + 1):
                client = Client(
                    nb_man, kernel_name=kernel_name, timeout=cell_limit_s, startup_timeout=START_LIMIT_S, iopub_timeout=HANDING_OVER_S,
                    coalesce_streams=True,
                )  # fmt: skip
                try:
                    client.execute()
                    return
                except Exception as error:
                    nbformat.write(nb_man.nb, kept)
                    # What does not start says so with a bare RuntimeError; the death of a kernel at work is one too.
                    if not isinstance(error, RuntimeError) or isinstance(error, DeadKernelError) or _has_begun(nb_man.nb):
                        raise
                    if number == KERNEL_STARTS:
                        raise KernelDidNotStart(f"its kernel did not start, tried {KERNEL_STARTS} times: {error}") from error
                    time.sleep(PAUSE_S * 2 ** (number - 1))

    papermill_engines.register("nutgraf", KeepingEngine)
    return papermill.execute_notebook(
        source, output, engine_name="nutgraf", parameters=dict(parameters), cwd=folder,
        progress_bar=False, log_output=False, request_save_on_cell_execute=False,
    )  # fmt: skip


def _has_begun(notebook: Any) -> bool:
    """Whether any cell was started."""
    return any(cell["metadata"].get("papermill", {}).get("status") not in (None, "pending") for cell in notebook["cells"])


def _capped(message: dict[str, Any], printed: int) -> dict[str, Any] | None:
    """A kernel's message with no more in it than is kept, and with a note where that is less; None when nothing of it is kept.

    Args:
        message: As the kernel sent it.
        printed: Characters that the cell printed before it.
    """
    content = message["content"]
    if message["msg_type"] == "stream":
        room = MOST_PRINTED - printed
        if len(content["text"]) <= room:
            return message
        if room < 0:
            return None  # the note is there
        note = f"\n[more than {MOST_PRINTED:,} characters printed; the rest was not kept]\n"
        return {**message, "content": {**content, "text": content["text"][:room] + note}}
    data = content.get("data", {})
    large = [kind for kind, value in data.items() if isinstance(value, str) and len(value) > MOST_SHOWN]
    if not large:
        return message
    note = f"[an output of more than {MOST_SHOWN:,} characters; it was not kept]"
    return {**message, "content": {**content, "data": {k: v for k, v in data.items() if k not in large} | {"text/plain": note}}}
