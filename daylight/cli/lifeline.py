"""No orphans: a child holds the reading end of a pipe whose writing end only the supervisor has.

However the supervisor ends, `kill -9` included, the kernel closes its end; the child reads that and ends its own
process group. A helper in a session of its own does the ending, since the group may die before it is done.
"""

import os
import subprocess
import threading

GRACE_SECONDS = 10
"""Time a group has to finish its present work before it is killed."""


def hold_to(descriptor: int) -> None:
    """Watch the pipe in a thread; when it closes, end the process group this process leads."""
    os.set_inheritable(descriptor, False)
    threading.Thread(target=_watch, args=(descriptor,), name="lifeline", daemon=True).start()


def _watch(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    end_group(os.getpgrp())


def end_group(group: int) -> None:
    """TERM to every process of the group, then KILL for whoever is left after the grace."""
    script = (
        f"kill -TERM -{group}; n=0;"
        f" while kill -0 -{group} 2>/dev/null && [ $n -lt {GRACE_SECONDS * 5} ]; do sleep 0.2; n=$((n+1)); done;"
        f" kill -KILL -{group} 2>/dev/null"
    )
    subprocess.Popen(
        ["/bin/sh", "-c", script],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
