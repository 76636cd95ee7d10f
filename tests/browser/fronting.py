"""What a host puts before a service: TLS, and a way there for who comes without it.

Both on one port, since MDN's scanner asks one host by both: the first byte tells which it is.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import trustme

HANDSHAKE = b"\x16"
"""How TLS begins (RFC 8446, 5.1)."""


@contextmanager
def fronted(url: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The host and port before a service, and the file of the authority that vouches for it."""
    authority, trust = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(trust)
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(file)
    behind = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        threading.Thread(target=_let_in, args=(door, trust, behind), daemon=True).start()
        yield f"localhost:{door.getsockname()[1]}", file


def _let_in(door: socket.socket, trust: ssl.SSLContext, behind: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            come, _ = door.accept()
            threading.Thread(target=_serve, args=(come, trust, behind), daemon=True).start()


def _serve(come: socket.socket, trust: ssl.SSLContext, behind: tuple[str, int]) -> None:
    with suppress(OSError), come:
        if come.recv(1, socket.MSG_PEEK) != HANDSHAKE:
            request = come.recv(65_536).decode()
            path = request.split(" ")[1]
            host = next(it[6:] for it in request.split("\r\n") if it.lower().startswith("host: "))
            told = f"Location: https://{host}{path}\r\nContent-Length: 0\r\nConnection: close"
            come.sendall(f"HTTP/1.1 308 Permanent Redirect\r\n{told}\r\n\r\n".encode())
            return
        with trust.wrap_socket(come, server_side=True) as safe, _connected(behind) as service:
            back = threading.Thread(target=_pass_on, args=(service, safe), daemon=True)
            back.start()
            _pass_on(safe, service)
            back.join()


def _connected(behind: tuple[str, int]) -> socket.socket:
    return socket.create_connection(behind, timeout=30)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(65_536):
            target.sendall(said)
        target.shutdown(socket.SHUT_WR)
