"""Nothing leaves the machine: a Python process that tries to is refused, and it is written down.

Python imports this module by itself where it finds it on PYTHONPATH, and so do the processes that
`staging/departures.py` hands it to; what runs in them does not know. It stands against mistakes,
not against malice. It imports nothing of ours, and takes a few milliseconds.
"""

import errno
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

LOG, SERVICE = os.environ.get("GUARD_LOG"), os.environ.get("GUARD_SERVICE")
LARGEST_LOG = 1_000_000
TRIAL = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737); each process tries it once, to see that it is refused."""
SPEECHLESS = ("uname",)
"""Programs beside Python that may be started: nothing holds them, and they speak to nobody."""
IP = (socket.AF_INET, socket.AF_INET6)
INSIDE = (socket.AF_UNIX, getattr(socket, "AF_NETLINK", socket.AF_UNIX))
ANYBODY = ("anybody",)
"""Whom a socket without a remote address may send to."""
LOOPBACK_6, ANY = socket.inet_pton(socket.AF_INET6, "::1"), (bytes(4), bytes(16))
HOUSE = f"{Path(__file__).resolve().parents[2]}{os.sep}"
PACKAGES = f"{os.sep}site-packages{os.sep}"
DEPTH = 5


class NothingLeaves(OSError):
    """The network fails, as it does where there is no way; the sentence says why there is none."""


def _refuse(way: str, to: str) -> NoReturn:
    event, level = ("guarded", "info") if to == _text(TRIAL) else ("refused", "warning")
    thread = threading.current_thread().name
    _write(level=level, event=event, way=way, to=to, thread=thread, origin=_origin())
    why = f"nothing leaves this machine while its vendors are imitated: refused to {way} {to}"
    raise NothingLeaves(errno.ENETUNREACH, why)


def _write(**said: object) -> None:
    """Add a line to the log, unless it is full: what fails is often tried again and again."""
    now = time.time()
    moment = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03}Z"
    line = json.dumps({"timestamp": moment, **said, "service": SERVICE, "pid": os.getpid()})
    file = os.open(str(LOG), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.fstat(file).st_size < LARGEST_LOG:
            os.write(file, f"{line}\n".encode())
    finally:
        os.close(file)


def _origin() -> list[str]:
    """Our files, the innermost first, each with its innermost frame; where there are none, one
    frame of each package, the caller first.

    What a library does in a thread or a task of its own has none of ours above it.
    """
    ours, packages, others = dict[str, str](), dict[str, str](), []
    for file, place in _stack():
        if PACKAGES in file:
            name = file.rpartition(PACKAGES)[2]
            packages.setdefault(name.partition(os.sep)[0], f"{name}:{place}")
        elif file.startswith(HOUSE):
            name = file.removeprefix(HOUSE)
            ours.setdefault(name, f"{name}:{place}")
        else:
            others.append(f"{Path(file).name}:{place}")
    return ([*ours.values()] or [*packages.values()][::-1] or others)[:DEPTH]


def _stack() -> Iterator[tuple[str, str]]:
    """Whose code runs, innermost first, without this module's: its file; its line and function."""
    frame, first = sys._getframe().f_back, _first_of_task()
    while frame:
        code = frame.f_code
        if code.co_filename != __file__:
            yield code.co_filename, f"{frame.f_lineno} {code.co_qualname}"
        frame = frame.f_back if frame is not first else None


def _first_of_task() -> Any:
    """The frame with which the running task began; above it stands who runs all tasks."""
    with suppress(AttributeError, KeyError, RuntimeError):
        return sys.modules["asyncio"].current_task().get_coro().cr_frame
    return None


def _text(address: Any) -> str:
    """A host, or a host and its port, as people write them."""
    host, *port = address[:2] if isinstance(address, tuple) else (address,)
    name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
    return ":".join((f"[{name}]" if port and ":" in name else name, *map(str, port)))


def _number(host: Any) -> bytes | None:
    """A numeric address as bytes, that of IPv4 also where IPv6 wraps it; None for a name."""
    for family in IP:
        with suppress(OSError):
            packed = socket.inet_pton(family, _text(host).partition("%")[0])
            return packed.removeprefix(bytes(10) + b"\xff\xff")
    return None


def _is_here(host: Any) -> bool:
    """Whether a host is this machine; one that is left open is."""
    if host is None or _text(host) in ("", "localhost"):
        return True
    number = _number(host)
    return number in (LOOPBACK_6, *ANY) or (number or b"").startswith(b"\x7f")


def _looks_up(host: Any) -> None:
    """A name is looked up on the network, and a numeric address is not."""
    if not _is_here(host) and _number(host) is None:
        _refuse("look up", _text(host))


def _looks_back(host: Any) -> None:
    """The name of an address is looked up on the network."""
    if not _is_here(host):
        _refuse("look up", _text(host))


def _reaches(way: str, address: Any, family: int = socket.AF_INET) -> None:
    """An address is on this machine, or of a family that never leaves it."""
    is_inside = address is None or family in INSIDE
    if not is_inside and not (family in IP and _is_here(address[0])):
        _refuse(way, _text(address))


def _starts(program: Any) -> None:
    """Another Python takes the guard along in its environment; other programs can not."""
    path = os.fsdecode(program)
    name = Path(path).name
    if path != sys.executable and name not in SPEECHLESS:
        _refuse("start", name)


HEARD: dict[str, Callable[..., None]] = {
    "socket.connect": lambda sock, address: _reaches("connect to", address, sock.family),
    "socket.sendto": lambda sock, address: _reaches("send to", address, sock.family),
    "socket.sendmsg": lambda sock, address: _reaches("send to", address, sock.family),
    "socket.getaddrinfo": lambda host, *_: _looks_up(host),
    "socket.gethostbyname": _looks_up,
    "socket.gethostbyaddr": _looks_back,
    "socket.getnameinfo": lambda address: _looks_back(address[0]),
    "subprocess.Popen": lambda program, *_: _starts(program),
    "os.exec": lambda program, *_: _starts(program),
    "os.posix_spawn": lambda program, *_: _starts(program),
    "os.system": lambda _: _starts("sh"),
}
"""What the interpreter tells of whatever Python does (PEP 578), by its own names."""

LOOK_UPS: dict[str, Callable[[dict[str, Any]], None]] = {
    "getaddrinfo": lambda given: _looks_up(given["host"]),
    "getnameinfo": lambda given: _looks_back(given["sockaddr"][0]),
}
LIBUV = LOOK_UPS | {
    "create_connection": lambda it: _reaches("connect to", (it.get("host"), it.get("port"))),
    "create_datagram_endpoint": lambda it: _reaches("send to", it.get("remote_addr") or ANYBODY),
    "sock_connect": lambda it: _reaches("connect to", it["address"], it["sock"].family),
    "subprocess_exec": lambda it: _starts(it["program"]),
    "subprocess_shell": lambda _: _starts("sh"),
}
CONNECT = {
    "connect_tcp": lambda it: _reaches("connect to", (it["remote_host"], it["remote_port"])),
}
UNHEARD = {
    # These pass the work to a thread or a task that does not know for whom it is done.
    "asyncio.base_events": ("BaseEventLoop", LOOK_UPS),
    "anyio": ("", CONNECT),
    # It looks up, connects and starts programs without the interpreter.
    "uvloop": ("Loop", LIBUV),
}
"""What it does not tell, or not in time: for a module and its class the functions to stand before,
each with what it does with the arguments given."""


class _Doorkeeper:
    """Finds the modules of UNHEARD as anybody does, and stands before them once they are loaded."""

    @staticmethod
    def find_spec(name: str, *where: Any) -> ModuleSpec | None:
        if name not in UNHEARD:
            return None
        finders = (finder for finder in sys.meta_path if finder is not _Doorkeeper)
        spec = next(filter(None, (finder.find_spec(name, *where) for finder in finders)), None)
        if spec and spec.loader:
            _follow(spec.loader)
        return spec


def _follow(loader: Any) -> None:
    load = loader.exec_module

    def load_and_guard(module: ModuleType) -> None:
        load(module)
        kind, checks = UNHEARD[module.__name__]
        owner = getattr(module, kind) if kind else module
        for name, check in checks.items():
            setattr(owner, name, _checked(getattr(owner, name), check))

    loader.exec_module = load_and_guard


def _checked(function: Any, check: Callable[[dict[str, Any]], None]) -> Any:
    # Whoever loads what is guarded this way has loaded `inspect` as well; others need not wait.
    import inspect  # noqa: PLC0415

    signature = inspect.signature(function)

    @wraps(function)
    def checked(*args: Any, **options: Any) -> Any:
        check(signature.bind(*args, **options).arguments)
        return function(*args, **options)

    return checked


def _named(function: Any) -> Any:
    """Python looks up a name in an address before it tells of the call, so this asks earlier."""

    @wraps(function)
    def asked(sock: socket.socket, *args: Any) -> Any:
        if args and sock.family in IP and isinstance(args[-1], tuple):
            _looks_up(args[-1][0])
        return function(sock, *args)

    return asked


def _stand() -> None:
    """Stand in every way out of this process, and try one, which the log then shows."""
    sys.addaudithook(lambda event, args: HEARD[event](*args) if event in HEARD else None)
    sys.meta_path.insert(0, _Doorkeeper)
    for name in ("connect", "connect_ex", "sendto", "bind"):
        setattr(socket.socket, name, _named(getattr(socket.socket, name)))
    with socket.socket(type=socket.SOCK_DGRAM) as trial, suppress(NothingLeaves):
        trial.connect(TRIAL)


if LOG:
    _stand()
