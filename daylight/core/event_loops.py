"""The event loop for work with many connections at once."""

import asyncio
import importlib.util


def new_event_loop() -> asyncio.AbstractEventLoop:
    """The fastest event loop that this machine has; for `asyncio.Runner(loop_factory=…)`."""
    if importlib.util.find_spec("uvloop") is None:
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()
