"""Where a request comes from, as far as it counts for how often somebody may ask.

Used for the buckets and thrown away: no address reaches a file or a log.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

IPV6_NETWORK_BITS = 64  # what one household or phone is given; it may choose among the rest


def source_of(environ: Mapping[str, Any], *, is_behind_proxy: bool) -> bytes | None:
    """The network it comes from; None where people cannot be told from one another.

    That is a connection from this machine itself: a proxy that the relay was not told to
    believe. All the world would share one bucket there, so nobody gets one.
    """
    if is_behind_proxy:
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2]
        found = _address(forwarded)
        if found is not None:
            return _network(found)
    peer = _address(str(environ.get("REMOTE_ADDR", "")))
    return None if peer is None or peer.is_loopback else _network(peer)


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(text: str) -> Address | None:
    inner = text.strip().removeprefix("[").partition("]")[0].partition("%")[0]
    try:
        found = ipaddress.ip_address(inner)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _network(address: Address) -> bytes:
    if isinstance(address, ipaddress.IPv4Address):
        return address.packed
    return address.packed[: IPV6_NETWORK_BITS // 8]
