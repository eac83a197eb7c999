"""What to do about a trouble on the way."""

from collections.abc import Mapping
from typing import Final

from aiorecombee.cli.doctor.seen import Proxy, Target, Trouble

_BROKEN_OFF: Final = (
    "Something took the connection and dropped it: a firewall, a load balancer without a server"
    " behind it, or a server that expects another protocol. Try from another network; if it works"
    " there, ask those who run this one to let {host}:{port} through."
)
_WAY: Final[Mapping[Trouble, str]] = {
    Trouble.UNKNOWN_NAME: (
        "No name server knows {host}. Look for a typing error in what names it ({place}). The hosts"
        " of Recombee are rapi-REGION.recombee.com; --region writes them itself. If the name is"
        " right, this machine asks a name server that does not know the internet: see"
        " /etc/resolv.conf, a VPN, or the network of the container."
    ),
    Trouble.NO_RESOLVER: (
        "No name server answers, so no name can be looked up at all. Is this machine online? See"
        " /etc/resolv.conf, a VPN, or the network of the container. Where only a proxy leads out,"
        " set HTTPS_PROXY."
    ),
    Trouble.REFUSED: (
        "The machine is there and nobody listens on port {port}. Look for a wrong port in what"
        " names the host ({place}). If it is a mock server of your own: is it running?"
    ),
    Trouble.NO_ROUTE: (
        "There is no way from here to {host}. Is this machine online, and may it reach the"
        " internet? Where only a proxy leads out, set HTTPS_PROXY."
    ),
    Trouble.SILENT: (
        "Nothing comes back from {host}:{port}: mostly a firewall that throws packets away. Ask"
        " those who run the network to let {host}:{port} through, or set HTTPS_PROXY where a proxy"
        " leads out. On a slow line give more time with --timeout."
    ),
    Trouble.BROKEN: _BROKEN_OFF,
    Trouble.UNTRUSTED: (
        "The certificate is signed by an authority that this machine does not trust. A proxy or"
        " firewall that looks into TLS has an authority of its own, and so has a mock server: set"
        " SSL_CERT_FILE to the file with its certificate. If nothing like that stands in between,"
        " the authorities are missing (package ca-certificates). Who signed it is shown by"
        " openssl s_client -connect {host}:{port} -servername {host}. Do not switch verification"
        " off: whoever signed it could read the data."
    ),
    Trouble.WRONG_NAME: (
        "The certificate belongs to another host than {host}: a wrong name or address in what"
        " names it ({place}), a name server or /etc/hosts that leads elsewhere, or something in"
        " between that answers for everybody. Name the host as its certificate does, not by its"
        " address."
    ),
    Trouble.EXPIRED: (
        "By the clock of this machine the certificate is past its time. Is the clock right (date)?"
        " If it is, whoever runs {host} has to renew the certificate."
    ),
    Trouble.NOT_YET_VALID: (
        "By the clock of this machine the certificate is not valid yet: most likely the clock is"
        " behind. Set it (timedatectl set-ntp true), then run this again."
    ),
    Trouble.PLAIN_HTTP: (
        "Port {port} speaks HTTP without TLS. For a server of your own give --protocol http (in"
        ' the library protocol="http"), or the port on which it speaks HTTPS. Recombee speaks'
        " HTTPS on port 443."
    ),
    Trouble.NO_TLS: (
        "Both sides found no way of TLS in common. Something old may stand in between, or port"
        " {port} speaks another protocol; openssl s_client -connect {host}:{port} shows more."
    ),
    Trouble.OTHER: "Look up the text above; the way to {host}:{port} fails there.",
}
_PROXY: Final[Mapping[Trouble, str]] = {
    Trouble.UNKNOWN_NAME: (
        "{variable} names a proxy whose host {proxy_host} has no address. Correct or unset it, or"
        " if {host} is reached without one add it to NO_PROXY."
    ),
    Trouble.TUNNEL_DENIED: (
        "The proxy is there and does not connect us to {host}:{port}. It answered itself, so the"
        " service never saw a request: ask those who run the proxy to allow that host, or if it is"
        " reached without one add {host} to NO_PROXY. A 502, 503 or 504 says that the proxy could"
        " not reach it."
    ),
    Trouble.PROXY_PASSWORD: (
        "The proxy wants a user and a password, or others than it got: write them into {variable},"
        " http://USER:PASSWORD@{proxy_host}:{proxy_port}, percent-encoded where they have signs"
        " that a URL uses itself."
    ),
    Trouble.NO_PROXY_THERE: (
        "What answers at {proxy_host}:{proxy_port} is no HTTP proxy. Correct {variable}: perhaps"
        " another port, or https:// where the proxy speaks TLS itself."
    ),
}
_PROXY_UNREACHABLE: Final = (
    "{variable} sends everything for {host} through a proxy that cannot be reached. Is it running,"
    " and are host and port right? Correct {variable}, unset it, or if {host} is reached without a"
    " proxy add it to NO_PROXY."
)


def way_remedy(trouble: Trouble, target: Target) -> str:
    """What to do about a trouble between here and the service."""
    return _WAY.get(trouble, _WAY[Trouble.OTHER]).format(
        host=target.host, port=target.port, place=target.told.get("place") or "the default"
    )


def proxy_remedy(trouble: Trouble, target: Target, proxy: Proxy) -> str:
    """What to do about a trouble between here and the proxy, or with it."""
    return _PROXY.get(trouble, _PROXY_UNREACHABLE).format(
        variable=proxy.variable,
        proxy_host=proxy.host,
        proxy_port=proxy.port,
        host=target.host,
        port=target.port,
    )
