"""`python -m core.held FD APPLICATION MODULE [ARGUMENTS…]`: a server that gets ready while its data are still being prepared.

It imports the application, waits until the pipe FD closes at its other end, and goes on as `python -m MODULE`. Started again
later it finds the pipe closed and does not wait. Imports nothing of ours: what it imports is named by its caller.
"""

from __future__ import annotations

import importlib
import runpy
import sys


def main(pipe_fd: int, application: str, module: str) -> None:
    """This will run `module`, with what is left in sys.argv, once `application` is imported and the pipe has closed."""
    importlib.import_module(application)
    with open(pipe_fd, "rb") as pipe:
        pipe.read()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _, pipe_fd, application, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    main(int(pipe_fd), application, module)
