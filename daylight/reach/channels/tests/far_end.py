"""The far end of what is posted: a real HTTP server on loopback that answers as it is told and keeps what it got."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class FarEnd:
    """Answers with `status`, `headers` and `body`; `requests` holds headers and body of each post."""

    def __init__(self) -> None:
        self.status = 204
        self.headers: dict[str, str] = {}
        self.body = b""
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.url = ""


@contextmanager
def listening() -> Iterator[FarEnd]:
    """A far end that listens inside the block."""
    far_end = FarEnd()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            far_end.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(far_end.status)
            for name, value in {**far_end.headers, "content-length": str(len(far_end.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(far_end.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    far_end.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield far_end
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
