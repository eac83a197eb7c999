"""A server that is never the bottleneck: answers `"ok"`, and a batch of N with N times 200.

It reads no JSON: for a batch it counts the `"method"` keys. Prints the port when it listens.

    python null_server.py [--tls CERT KEY]
"""

import argparse
import asyncio
import ssl

import httptools
import uvloop

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n"ok"'
ENTRY = b'{"code":200,"json":"ok"}'


class Protocol(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport):
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.body = bytearray()
        self.batch = False

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_url(self, url):
        self.batch = b"/batch/" in url

    def on_body(self, body):
        if self.batch:
            self.body += body

    def on_message_complete(self):
        if not self.batch:
            self.transport.write(OK)
            return
        answer = b"[" + b",".join([ENTRY] * self.body.count(b'"method"')) + b"]"
        self.body.clear()
        head = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % len(answer)
        )
        self.transport.write(head + answer)


async def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    tls = arguments.parse_args().tls
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
    server = await asyncio.get_running_loop().create_server(
        Protocol, "127.0.0.1", 0, ssl=context, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
