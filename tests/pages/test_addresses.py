"""Every spelling by which a fetcher was ever talked into its own network, and the honest addresses beside them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Clock
from tests.pages.conftest import nowhere

from periksa.errors import AddressRefused, PageLater
from periksa.pages.addresses import checked, shown
from periksa.pages.fetcher import Fetcher
from periksa.pages.networks import not_public

SPELLINGS = {
    "http://127.0.0.1/": "this machine",
    "http://127.1/": "short",
    "http://127.0.1/": "short",
    "http://127.255.255.254/": "the end of the block",
    "http://2130706433/": "one number",
    "http://017700000001/": "one octal number",
    "http://0x7f000001/": "one hexadecimal number",
    "http://0x7f.0x0.0x0.0x1/": "hexadecimal",
    "http://0x7f.1/": "hexadecimal and short",
    "http://0177.0.0.1/": "octal",
    "http://0177.0.0.0x1/": "octal and hexadecimal",
    "http://127.0.0.01/": "a leading zero",
    "http://00000127.0.0.1/": "leading zeros",
    "http://127.0.0.1./": "a trailing dot",
    "http://127.0.0.256/": "out of range",
    "http://127.0.0.1%00.kabar.example/": "a zero byte",
    "http://%31%32%37.0.0.1/": "escapes",
    "http://127%2e0%2e0%2e1/": "escaped dots",
    "http://127。0。0。1/": "ideographic dots",
    "http://127｡0｡0｡1/": "half-width dots",
    "http://①②⑦.⓪.⓪.①/": "circled digits",
    "http://１２７.０.０.１/": "full-width digits",
    "http://١٢٧.٠.٠.١/": "Arabic digits",
    "http://0/": "zero",
    "http://0.0.0.0/": "no place",
    "http://localhost/": "by name",
    "http://LOCALHOST/": "by name, shouted",
    "http://localhost./": "by name, with a dot",
    "http://sub.localhost/": "below it",
    "http://localhost.localdomain/": "its other name",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/": "circled letters",
    "http://loc%61lhost/": "an escaped letter",
    "http://loc\u00adalhost/": "a soft hyphen inside",
    "http://printer.local/": "on the link",
    "http://db.internal/": "in the network",
    "http://metadata.google.internal/computeMetadata": "a cloud's metadata, by name",
    "http://router.home.arpa/": "at home",
    "http://intranet/": "one label",
    "http://kabar.example./": "a trailing dot",
    "http://kabar..example/": "an empty label",
    "http://-kabar.example/": "a hyphen in front",
    "http://kabar.example:22/": "another port",
    "http://kabar.example:8080/": "another port",
    "http://kabar.example:0/": "no port",
    "http://kabar.example:65536/": "out of range",
    "http://kabar.example:+80/": "a sign",
    "http://kabar.example:８０/": "full-width port",
    "http://kabar.example:80:80/": "two ports",
    "http://10.0.0.1/": "private",
    "http://172.16.0.1/": "private",
    "http://172.31.255.255/": "private, its end",
    "http://192.168.1.1/": "private",
    "http://100.64.0.1/": "a network operator's",
    "http://100.100.100.200/": "a cloud's metadata",
    "http://169.254.169.254/latest/meta-data/": "a cloud's metadata",
    "http://169.254.1.1/": "link-local",
    "http://168.63.129.16/": "a cloud's own",
    "http://192.0.0.192/": "a cloud's metadata",
    "http://192.0.2.1/": "documentation",
    "http://198.51.100.7/": "documentation",
    "http://203.0.113.9/": "documentation",
    "http://198.18.0.1/": "measurements",
    "http://198.19.255.255/": "measurements",
    "http://192.88.99.1/": "6to4 relay",
    "http://224.0.0.1/": "multicast",
    "http://239.255.255.250/": "multicast",
    "http://240.0.0.1/": "reserved",
    "http://255.255.255.255/": "everybody",
    "http://[::]/": "no place",
    "http://[::1]/": "this machine",
    "http://[0:0:0:0:0:0:0:1]/": "in full",
    "http://[::1%25lo]/": "with a zone",
    "http://[fe80::1%25eth0]/": "with a zone",
    "http://[fe80::1%eth0]/": "with a bare zone",
    "http://[fe80::1]/": "link-local",
    "http://[fec0::1]/": "site-local",
    "http://[fc00::1]/": "unique local",
    "http://[fd00:ec2::254]/": "a cloud's metadata",
    "http://[ff02::1]/": "multicast",
    "http://[::ffff:127.0.0.1]/": "mapped",
    "http://[::ffff:7f00:1]/": "mapped, hexadecimal",
    "http://[::ffff:8.8.8.8]/": "mapped, public",
    "http://[::ffff:0:127.0.0.1]/": "translated",
    "http://[::127.0.0.1]/": "compatible",
    "http://[64:ff9b::7f00:1]/": "NAT64",
    "http://[64:ff9b::8.8.8.8]/": "NAT64, public",
    "http://[64:ff9b:1::7f00:1]/": "NAT64, local use",
    "http://[2002:7f00:1::]/": "6to4",
    "http://[2002:c0a8:101::1]/": "6to4",
    "http://[2001:0:53aa:64c::1]/": "Teredo",
    "http://[2001:10::1]/": "ORCHID",
    "http://[2001:2::1]/": "measurements",
    "http://[2001:db8::1]/": "documentation",
    "http://[3fff::1]/": "documentation",
    "http://[100::1]/": "discarded",
    "http://[5f00::1]/": "segment routing",
    "http://[4000::1]/": "not given out",
    "http://[::1]kabar.example/": "something after the bracket",
    "http://[v1.x]/": "a future address",
    "http://[::1/": "half a bracket",
    "http://[127.0.0.1]/": "the wrong brackets",
    "http://::1/": "without brackets",
    "http://kabar.example@127.0.0.1/": "a user's name",
    "http://127.0.0.1@kabar.example/": "a user's name",
    "http://user:secret@kabar.example/": "a password",
    "http://@kabar.example/": "an empty name",
    "http://kabar.example\\@127.0.0.1/": "a backslash",
    "http:\\\\127.0.0.1/": "backslashes",
    "http://127.0.0.1#@kabar.example/": "a fragment that looks like a host",
    "http://127.0.0.1?@kabar.example/": "a query that looks like a host",
    "http://kabar.example\t.evil/": "a tab inside",
    "http://kabar.example\r\nHost:db.internal/": "a header inside",
    "http://kabar .example/": "a space inside",
    "http://kabar.example/\x00": "a zero byte",
    "http:///etc/passwd": "no host",
    "http://": "nothing",
    "http:127.0.0.1/": "no slashes",
    "//127.0.0.1/": "no scheme",
    "127.0.0.1": "no scheme",
    "file:///etc/passwd": "a file",
    "ftp://kabar.example/": "another scheme",
    "gopher://127.0.0.1:6379/_FLUSHALL": "another scheme",
    "dict://127.0.0.1:11211/stat": "another scheme",
    "jar:http://127.0.0.1!/": "another scheme",
    "data:text/html,halo": "another scheme",
    "javascript:alert(1)": "another scheme",
    "unix:///var/run/docker.sock": "another scheme",
    "ws://kabar.example/": "another scheme",
}
HONEST = {
    "http://kabar.example": "http://kabar.example/",
    "HTTPS://Kabar.Example/Cek?p=1&q=a#isi": "https://kabar.example/Cek?p=1&q=a",
    "https://kabar.example:443/a": "https://kabar.example/a",
    "http://kabar.example:443/a": "http://kabar.example:443/a",
    "https://xn--kabr-0na.example/": "https://xn--kabr-0na.example/",
    "https://kabar.example/cek fakta/é%20b": "https://kabar.example/cek%20fakta/%C3%A9%20b",
    "https://_dmarc.kabar.example/": "https://_dmarc.kabar.example/",
    "https://93.184.215.14/": "https://93.184.215.14/",
    "https://[2606:2800:21F:CB07::1]/": "https://[2606:2800:21f:cb07::1]/",
    "https://kabar.example?p=1": "https://kabar.example/?p=1",
    "https://localhost.kabar.example/": "https://localhost.kabar.example/",
}


def test_the_table_is_long_enough():
    assert len(SPELLINGS) >= 120


@pytest.mark.parametrize(
    "url", SPELLINGS, ids=[f"{number}: {what}" for number, what in enumerate(SPELLINGS.values(), 1)]
)
def test_no_spelling_leads_into_a_network(url: str, clock: Clock):
    """No socket is opened: the tests' own universe fails at the first."""
    looked_up: list[str] = []

    def resolve(name: str, port: int) -> Sequence[str]:
        looked_up.append(name)
        return ["127.0.0.1"]

    with pytest.raises(AddressRefused):
        Fetcher(clock, resolve=resolve).get(url)
    assert looked_up == [], "an odd spelling is not even looked up"


@pytest.mark.parametrize(("url", "understood"), HONEST.items())
def test_honest_addresses_are_understood(url: str, understood: str):
    assert checked(url).url == understood


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["64:ff9b::a00:1"],
        ["93.184.215.14", "192.168.0.1"],
        ["2606:2800:21f:cb07::1", "fd00::1"],
        ["something else"],
    ],
)
def test_a_name_that_leads_inside_is_refused(answers: list[str], clock: Clock):
    with pytest.raises(AddressRefused, match=r"kabar\.example/rahasia leads to .*, which is "):
        Fetcher(clock, resolve=lambda name, port: answers).get("http://kabar.example/rahasia")


def test_a_name_that_is_not_found_is_tried_again(clock: Clock):
    with pytest.raises(PageLater, match=r"the name kabar\.example was not found"):
        Fetcher(clock, resolve=nowhere).get("http://kabar.example/")


def test_only_ports_of_this_machine_can_be_opened(clock: Clock):
    with pytest.raises(ValueError, match="loopback"):
        Fetcher(clock, allowed=[("10.0.0.1", 8080)])


def test_an_opened_port_opens_no_other(clock: Clock):
    fetcher = Fetcher(clock, allowed=[("127.0.0.1", 8080)], resolve=nowhere)
    for url in ("http://127.0.0.1/", "http://127.0.0.2:8080/", "http://[::1]:8080/", "http://127.0.0.1:8081/"):
        with pytest.raises(AddressRefused):
            fetcher.get(url)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"])
def test_the_public_web_is_public(address: str):
    assert not_public(address) == ""


def test_a_sentence_shows_no_query_and_no_password():
    assert shown("http://ani:rahasia@kabar.example/a?nama=Ani#b") == "http://kabar.example/a"
    assert len(shown("http://kabar.example/" + "a" * 5000)) == 200
    assert shown("http://kabar.example/\x1b[31m\n") == "http://kabar.example/?[31m?"


@given(st.text(max_size=60))
def test_whatever_is_written_is_an_address_or_refused(text: str):
    for url in (text, f"http://{text}", f"http://kabar.example/{text}", f"http://{text}.example/"):
        try:
            target = checked(url)
        except AddressRefused:
            pass
        else:
            assert target.url.isascii()
            assert target.url.isprintable()
            assert " " not in target.url
            assert checked(target.url) == target
