"""The far end of a bucket: keeps what is put, over real HTTP, with the few calls of S3 that a push makes."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Kept:
    """What the bucket holds; `refuses` counts down the puts it still takes before it refuses all."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    put: list[str] = field(default_factory=list)
    takes: int = 1_000_000
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def a_bucket() -> Iterator[Kept]:
    """A bucket called `pages` at `kept.url`."""
    kept = Kept()

    class Store(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with kept.lock:
                kept.takes -= 1
                if kept.takes < 0:
                    return self._answer(403, b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>")
                kept.files[self._key()] = body
                kept.put.append(self._key())
                kept.headers[self._key()] = {name.title(): value for name, value in self.headers.items()}
            return self._answer(200, etag='"x"')

        def do_GET(self) -> None:
            key = self._key()
            if not key:
                return self._answer(200, self._listing())
            if key not in kept.files:
                return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return self._answer(200, kept.files[key], etag='"x"')

        def do_POST(self) -> None:
            """Many deletions at once: `?delete` with a list of keys."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            gone = re.findall("<Key>(.*?)</Key>", body)
            with kept.lock:
                for key in gone:
                    kept.files.pop(key, None)
            rows = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in gone)
            self._answer(200, f"<DeleteResult>{rows}</DeleteResult>".encode())

        def _key(self) -> str:
            return unquote(urlsplit(self.path).path.removeprefix("/pages").lstrip("/"))

        def _listing(self) -> bytes:
            wanted = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
            rows = "".join(
                f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><LastModified>2026-05-04T12:00:00.000Z"
                "</LastModified><ETag>x</ETag></Contents>"
                for key, body in kept.files.items()
                if key.startswith(wanted)
            )
            return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()

        def _answer(self, status: int, body: bytes = b"", *, etag: str = "") -> None:
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", "Mon, 04 May 2026 12:00:00 GMT")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    turning = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    turning.start()
    try:
        yield kept
    finally:
        server.shutdown()
        turning.join()
        server.server_close()
