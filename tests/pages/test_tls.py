"""Over TLS the name that was asked for must be the one in the certificate, whatever address is reached."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.conftest import Clock
from tests.pages.conftest import LIMITS
from tests.publisher_server import PublisherServer, page

from periksa.errors import PageLater
from periksa.pages.fetcher import Fetcher

pytestmark = pytest.mark.network
NAME = "kabar.example"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of kabar.example, signed by itself, with its key."""
    began, ends = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(began).not_valid_after(ends)
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    own = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, own)
    path = tmp_path / "kabar.pem"
    path.write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + pem)
    return path


def test_the_name_is_shown_and_proved(clock: Clock, certificate: Path):
    shown: list[str] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    server.sni_callback = lambda socket, name, context: shown.append(name)
    with PublisherServer({"/": page("halo")}, tls=server) as site:
        ours = fetcher(clock, site, ssl.create_default_context(cafile=certificate))
        assert ours.get(f"https://{NAME}:{site.port}/").body == b"halo"
        assert (shown, site.asked[0].headers["host"]) == ([NAME], f"{NAME}:{site.port}")
        with pytest.raises(PageLater, match="its certificate is not good"):
            ours.get(f"https://lain.example:{site.port}/")
        with pytest.raises(PageLater, match="its certificate is not good"):
            fetcher(clock, site, None).get(f"https://{NAME}:{site.port}/")
        assert len(site.asked) == 1


def test_no_tls_where_tls_is_asked_for(clock: Clock, publisher: PublisherServer):
    with pytest.raises(PageLater, match="cannot be reached"):
        fetcher(clock, publisher, None).get(f"https://{NAME}:{publisher.port}/")


def test_silence_instead_of_a_handshake_ends_in_time(clock: Clock):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        ours = Fetcher(clock, limits=LIMITS, allowed=[("127.0.0.1", port)], resolve=lambda name, port: ["127.0.0.1"])
        with pytest.raises(PageLater, match="was not here within"):
            ours.get(f"https://{NAME}:{port}/")


def fetcher(clock: Clock, site: PublisherServer, tls: ssl.SSLContext | None) -> Fetcher:
    return Fetcher(clock, allowed=[("127.0.0.1", site.port)], resolve=lambda name, port: ["127.0.0.1"], tls=tls)
