"""Our server as it runs: public pages from memory, then Django, behind real HTTP on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application
from django.db import connections

from daylight.pages.front import PublicFront
from daylight.pages.shelf import Shelf


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # The name is the standard library's.
        """Say nothing."""


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The address of a server over the pages in `data`, for as long as the block lasts."""
    shelf = Shelf(data / "pages")
    front = PublicFront(get_wsgi_application(), pages=shelf)
    server: WSGIServer = make_server("127.0.0.1", 0, front, handler_class=_Silent)

    def serve() -> None:
        try:
            server.serve_forever(poll_interval=0.02)
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
