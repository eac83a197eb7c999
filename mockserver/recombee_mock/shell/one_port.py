"""HTTP and HTTPS on one port, told apart by the first byte.

A TLS handshake begins with a byte that no HTTP method begins with. It is looked at and left where
it is, then asyncio takes the socket over with or without TLS.

The official clients send a Batch over https whatever they were told, to the same host and port as
everything else; with one port for both they need no other address.
"""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable
from typing import Final

from recombee_mock.shell.open_files import most_connections

_HANDSHAKE: Final = 0x16
"""Content type of a TLS record that holds a handshake (RFC 8446, section 5.1)."""

_BACKLOG: Final = 128
_MOST_SILENT: Final = 1024
_HANDSHAKE_WITHIN: Final = 10.0
_GOODBYE_WITHIN: Final = 5.0
_PAUSE: Final = 0.5
_OUT_OF_FILES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class OnePort:
    """Listens, and hands connections over.

    Args:
        make_protocol: Makes what speaks HTTP, once per connection.
        silent_for: Seconds a client may say nothing at all.

    Attributes:
        port: Where it listens.
    """

    def __init__(
        self,
        make_protocol: Callable[[], asyncio.Protocol],
        *,
        silent_for: float,
    ) -> None:
        self.port = 0
        self._make_protocol = make_protocol
        self._context: ssl.SSLContext | None = None
        self._silent_for = silent_for
        self._room = most_connections() // 2
        self._loop = asyncio.get_running_loop()
        self._listeners: list[socket.socket] = []
        # Who has connected and said nothing yet, the longest silent first.
        self._silent: dict[socket.socket, asyncio.TimerHandle] = {}
        self._handovers: set[asyncio.Task[None]] = set()
        self._pauses: dict[socket.socket, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        """Connections that nobody speaks HTTP with yet."""
        return len(self._silent) + len(self._handovers)

    async def bind(self, host: str, port: int) -> None:
        """Take the port; who connects has to wait for `serve`.

        Raises:
            OSError: The port cannot be bound.
        """
        found = await self._loop.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        try:
            for family, address in dict.fromkeys((each[0], each[4]) for each in found):
                self._bind(family, str(address[0]), self.port or port)
        except BaseException:
            await self.stop()
            raise

    def serve(self, context: ssl.SSLContext) -> None:
        """Accept connections, with `context` for those that begin with TLS."""
        self._context = context
        for listener in self._listeners:
            self._loop.add_reader(listener, self._accept, listener)

    async def stop(self) -> None:
        """Accept no more, and drop those that nobody speaks HTTP with yet."""
        for pause in self._pauses.values():
            pause.cancel()
        for listener in self._listeners:
            self._loop.remove_reader(listener)
            listener.close()
        self._listeners.clear()
        self._pauses.clear()
        for line in list(self._silent):
            self._drop(line)
        await asyncio.sleep(0)  # a handover that has not begun would never close its socket
        handovers = list(self._handovers)
        for handover in handovers:
            handover.cancel()
        await asyncio.gather(*handovers, return_exceptions=True)
        await asyncio.sleep(0)  # asyncio closes a socket one turn later

    def _bind(self, family: int, host: str, port: int) -> None:
        listener = socket.create_server(
            (host, port), family=socket.AddressFamily(family), backlog=_BACKLOG
        )
        listener.setblocking(False)
        self._listeners.append(listener)
        self.port = self.port or listener.getsockname()[1]

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_BACKLOG):
            try:
                line, _address = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _OUT_OF_FILES:
                    raise
                self._pause(listener)
                return
            line.setblocking(False)
            if not self._look(line):
                self._listen_to(line)

    def _pause(self, listener: socket.socket) -> None:
        """Out of file descriptors: try again when some may be free."""
        self._loop.remove_reader(listener)

        def resume() -> None:
            del self._pauses[listener]
            self._loop.add_reader(listener, self._accept, listener)

        self._pauses[listener] = self._loop.call_later(_PAUSE, resume)

    def _listen_to(self, line: socket.socket) -> None:
        if len(self._silent) >= min(_MOST_SILENT, self._room):
            self._drop(next(iter(self._silent)))
        self._silent[line] = self._loop.call_later(self._silent_for, self._drop, line)
        self._loop.add_reader(line, self._hear, line)

    def _hear(self, line: socket.socket) -> None:
        self._forget(line)
        if not self._look(line):
            self._listen_to(line)

    def _look(self, line: socket.socket) -> bool:
        """Whether the client has said something, or left; then others see to it."""
        try:
            first = line.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            first = b""
        if not first:
            line.close()
            return True
        task = self._loop.create_task(self._hand_over(line, tls=first[0] == _HANDSHAKE))
        self._handovers.add(task)
        task.add_done_callback(self._handovers.discard)
        return True

    async def _hand_over(self, line: socket.socket, *, tls: bool) -> None:
        context = self._context if tls else None
        # A client that breaks off its handshake is no news.
        with contextlib.suppress(OSError):
            await self._loop.connect_accepted_socket(
                self._make_protocol,
                line,
                ssl=context,
                ssl_handshake_timeout=_HANDSHAKE_WITHIN if tls else None,
                ssl_shutdown_timeout=_GOODBYE_WITHIN if tls else None,
            )

    def _forget(self, line: socket.socket) -> None:
        self._silent.pop(line).cancel()
        self._loop.remove_reader(line)

    def _drop(self, line: socket.socket) -> None:
        self._forget(line)
        line.close()
