"""Which IP addresses belong to the public web. Our own table: the standard library's changes with its version.

Source: IANA's registries of special-purpose addresses (IPv4 and IPv6), as of RFC 9637 (2024).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

NOT_PUBLIC_4 = {
    "0.0.0.0/8": "no place at all",
    "10.0.0.0/8": "a private network",
    "100.64.0.0/10": "a network operator's own",
    "127.0.0.0/8": "this machine itself",
    "168.63.129.16/32": "a cloud's own service",
    "169.254.0.0/16": "this machine's own link or a cloud's metadata",
    "172.16.0.0/12": "a private network",
    "192.0.0.0/24": "reserved for protocols",
    "192.0.2.0/24": "for documentation only",
    "192.88.99.0/24": "a 6to4 relay",
    "192.168.0.0/16": "a private network",
    "198.18.0.0/15": "for measurements only",
    "198.51.100.0/24": "for documentation only",
    "203.0.113.0/24": "for documentation only",
    "224.0.0.0/4": "a multicast group",
    "240.0.0.0/4": "reserved",
}
PUBLIC_6 = "2000::/3"
"""Everything else is local, mapped, translated (64:ff9b::), multicast or not given out."""
NOT_PUBLIC_6 = {
    "2001::/23": "a tunnel (Teredo) or reserved for protocols",
    "2001:db8::/32": "for documentation only",
    "2002::/16": "a tunnel (6to4)",
    "3fff::/20": "for documentation only",
}
_FOUR = [(IPv4Network(block), what) for block, what in NOT_PUBLIC_4.items()]
_SIX = [(IPv6Network(block), what) for block, what in NOT_PUBLIC_6.items()]
_PUBLIC_6 = IPv6Network(PUBLIC_6)


def not_public(text: str) -> str:
    """What an IP address is instead of one of the public web ("a private network"); empty if it is one."""
    try:
        address = ip_address(text)
    except ValueError:
        return "no IP address"
    return _judge_4(address) if isinstance(address, IPv4Address) else _judge_6(address)


def _judge_4(address: IPv4Address) -> str:
    return next((what for block, what in _FOUR if address in block), "")


def _judge_6(address: IPv6Address) -> str:
    if address.scope_id is not None or address not in _PUBLIC_6:
        return "local, translated or reserved"
    return next((what for block, what in _SIX if address in block), "")
