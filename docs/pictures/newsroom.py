"""A newsroom in the middle of its shift, all of it invented: what the desk shows on the README's pictures."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from periksa.app import clock, new_id
from periksa.casework import Casework
from periksa.config import Config, IndexSettings, StoreSettings
from periksa.model import (
    Address,
    Asked,
    Cadence,
    CaseState,
    Figure,
    Message,
    MessageKind,
    Role,
    Tally,
)
from periksa.model.numbers import hour_of, span_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from periksa.app import Periksa
    from periksa.store import Transaction

PASSWORD = "sandi-untuk-gambar-saja"  # noqa: S105 - of a newsroom that lives for a minute
DAYS = 30
CHANNELS = ("whatsapp", "whatsapp", "whatsapp", "telegram", "web")
QUESTIONS = (
    ("Katanya air rebusan daun kelor campur soda kue bisa menyembuhkan diabetes dalam sehari, apa benar?", 412, 2.5),
    ("Mulai bulan depan setiap HP wajib didaftarkan ulang di kelurahan, yang tidak daftar nomornya diblokir", 287, 5),
    ("Ada undian berhadiah motor dari Bank Lestari Jaya, katanya tinggal isi data lewat tautan", 163, 9),
    ("Gempa besar akan terjadi malam ini jam 23.00 menurut badan cuaca, mohon waspada dan keluar rumah", 131, 1.2),
    ("Beras plastik beredar di pasar Sukamaju, dibakar malah meleleh. Tolong dicek", 98, 20),
    ("Bantuan tunai 600 ribu untuk lansia dibagikan lewat grup, minta foto KTP. Benar atau penipuan?", 84, 26),
    ("Uang kertas lama tidak berlaku lagi mulai tanggal 1?", 61, 30),
    ("Token listrik gratis bulan ini dari PLN, syaratnya bagikan ke 10 grup", 47, 7),
    ("Minum air es setelah makan bikin penyumbatan jantung", 39, 50),
    ("Sekolah libur dua minggu karena kabut asap kata surat edaran yang beredar", 33, 4),
    ("SIM gratis untuk pengemudi ojek, daftar di tautan ini: https://sim-gratis.example/daftar", 29, 12),
    ("Is it true that holding your breath for ten seconds shows whether your lungs are healthy?", 24, 11),
    ("Foto banjir di Bandara Tirtamaya itu asli?", 21, 3),
    ("Pesan suara yang katanya dari direktur rumah sakit soal obat batuk", 18, 15),
    ("Radiasi kosmik lewat dekat bumi tengah malam, matikan ponsel ya", 16, 40),
    ("Lowongan kerja di Pabrik Sinar Mega tanpa tes, transfer dulu 350 ribu", 13, 22),
    ("Kartu keluarga harus diganti yang baru sebelum akhir tahun", 11, 60),
    ("Bawang merah di kaki waktu tidur mengeluarkan racun", 9, 33),
    ("Wali kota Kotabaru Indah membagikan motor listrik ke semua ketua RT", 8, 14),
    ("Harga beras naik dua kali lipat minggu depan?", 7, 2),
    ("Jembatan Muara Teduh ambruk pagi ini", 6, 0.6),
    ("Masker kain bekas bisa ditukar uang di kantor pos", 5, 28),
    ("Vaksin anak sekolah mengandung cip pelacak", 5, 70),
    ("Apakah minum kopi tiap pagi bikin tulang keropos?", 4, 45),
    ("Pajak sepeda mulai berlaku tahun ini?", 4, 19),
    ("Pesan berantai: jangan angkat telepon dari nomor berawalan 0809", 3, 90),
    ("Nama bayi yang pakai angka dilarang, betulkah?", 3, 8),
    ("Biaya admin e-wallet Dompetku jadi 5 persen", 3, 36),
    ("Ikan asin bikin buta?", 2, 55),
    ("Pendaftaran relawan bencana bergaji 9 juta", 2, 6),
    ("Air galon dicampur obat tidur", 2, 31),
    ("Festival lampion Sungai Damai batal?", 1, 1),
    ("Kucing dilarang di apartemen mulai Senin", 1, 25),
    ("Does the new city card stop working at midnight?", 1, 13),
    ("Undangan pernikahan berbentuk berkas APK", 1, 5),
    ("Penerbangan murah 99 ribu ke mana saja", 1, 48),
    ("Gaji guru honorer dihapus?", 1, 80),
    ("Pohon beringin di alun-alun keluar darah", 1, 17),
)
"""What was asked, by how many, and how many hours ago first."""
OUTCOMES = ((Figure.ANSWERED, 0.7, 1.2), (Figure.OFFERED, 0.1, 0.35), (Figure.HANDED_OVER, 0.2, 0.5))
"""Shares of what is asked, at least and at most."""
TOLD = ("tbh-10db70e7b2", "tbh-6fece9c83b", "tbh-690c5c800f", "tbh-bd35e717cd", "tbh-7185a93a49", "tbh-77bb4f88d0")
"""Fact-checks of the demo that people are told."""
LATELY = 6
"""What was first asked so few hours ago grows."""
OTHER_WORDS = ("bnr gk sih: ", "Tolong cek dong min. ", "Dari grup keluarga: ")


def settings(folder: Path) -> Config:
    """An installation in a folder of its own."""
    return Config(data_dir=folder, name="Cek Fakta Sukamaju", store=StoreSettings(), index=IndexSettings())


def fill(periksa: Periksa) -> str:
    """The demo's library, and a month of invented work; the token of an editor who is signed in."""
    library = resources.files("periksa.demo")
    with resources.as_file(library) as folder:
        for name in ("factchecks.jsonl", "news.jsonl"):
            periksa.ingest.import_file(Path(folder) / name, lambda _: None)
    periksa.workers.drain()
    chance = random.Random(6)  # noqa: S311 - the same pictures each time
    periksa.store.write(lambda tx: _asked(tx, chance, clock())).result()
    periksa.store.write(lambda tx: _counted(tx, chance, clock())).result()
    for name, role in (("bima", Role.PUBLISHER), ("citra", Role.EDITOR)):
        periksa.staffing.accept(periksa.staffing.invite(name, role, "operator").token, PASSWORD)
    token = periksa.staffing.accept(periksa.staffing.invite("ayu", Role.ADMIN, "operator").token, PASSWORD).token
    _worked(periksa)
    return token


def _asked(tx: Transaction, chance: random.Random, now: datetime) -> None:
    """Everybody asks, most of them in the words of the first, the latest a moment ago."""
    for number, (text, people, hours) in enumerate(QUESTIONS):
        late = 2.5 if hours < LATELY else 0.8
        ago = sorted((chance.random() ** late * hours * 60 for _ in range(people - 1)), reverse=True)
        for place, minutes in enumerate([hours * 60, *ago]):
            at, id, channel = now - timedelta(minutes=minutes), new_id(), chance.choice(CHANNELS)
            contact = tx.contacts.resolve([Address(channel, f"orang-{number}-{place}")], new_id(), at)
            often = "?" not in text and chance.random() < 0.4
            said = text if place % 9 or not place else chance.choice(OTHER_WORDS) + text.lower()
            sent = Message(id, contact, channel, id, MessageKind.TEXT, at, at, said)
            tx.messages.add(replace(sent, forwarded=often, frequently_forwarded=often))
            tx.contacts.touch(contact, channel, at)
            language = "en" if text.split()[0] in ("Is", "Does") else "id"
            asked = Asked(channel=channel, language=language, frequently=often)
            tx.cases.join([f"gambar:{number}"], text, id, at, new_id(), asked)
            if number % 5 == 0 and place < 40:
                topic = ("health", "scams", "all")[place % 3]
                tx.subscriptions.subscribe(contact, channel, topic, Cadence.WEEKLY, at, "word")


def _counted(tx: Transaction, chance: random.Random, now: datetime) -> None:
    """What came of questions in the last month, hour by hour."""
    first, last = hour_of(now) - DAYS * 24, hour_of(now)
    for hour in range(first, last):
        evening = max(0.08, 1 - abs((hour + 7) % 24 - 19) / 14)
        tx.tallies.add(list(_hour(chance, hour, evening * (1 + (hour - first) / (last - first)))))


def _hour(chance: random.Random, hour: int, busy: float) -> Iterator[Tally]:
    for channel, share in (("whatsapp", 30), ("telegram", 6), ("web", 3)):
        for figure, least, most in OUTCOMES:
            if many := round(share * busy * chance.uniform(least, most)):
                yield Tally(figure, hour, channel=channel, language="id", count=many)
                yield Tally(Figure.REPLY, hour, span_of(chance.lognormvariate(-0.3, 0.6)), channel, count=many)
    told = TOLD[min(int(chance.paretovariate(0.8)) - 1, len(TOLD) - 1)]
    yield Tally(Figure.TOLD, hour, told, count=chance.randint(1, 9))
    yield Tally(Figure.LATER, hour, span_of(chance.lognormvariate(8.6, 0.9)), "whatsapp", count=chance.randint(1, 4))
    yield Tally(Figure.HELPED, hour, count=chance.randint(1, 5))
    if chance.random() < 0.4:
        yield Tally(Figure.UNHELPED, hour)


def _worked(periksa: Periksa) -> None:
    """Editors have been at it."""

    work = Casework(periksa.store, periksa.finder, clock, new_id)
    cases = periksa.store.read(lambda tx: tx.cases.list(CaseState.OPEN))
    work.tag([cases[0].id, cases[8].id], "kesehatan", "ayu")
    work.tag([cases[2].id, cases[5].id, cases[7].id], "penipuan", "bima")
    work.assign([cases[0].id, cases[5].id], "ayu", "ayu")
    work.assign([cases[3].id], "citra", "bima")
    work.snooze([cases[-2].id, cases[-5].id], timedelta(hours=20), "citra")
    work.spam([cases[-1].id], "bima")
    work.keep_view("Penipuan", "tag=penipuan", "ayu", everyones=True)
    work.keep_view("Jendela segera tutup", "closing=1", "ayu", everyones=True)
    article = "tbh-690c5c800f"
    periksa.review.answer(cases[-6].id, article, "bima")
    periksa.review.close(cases[-8].id, "citra")
    periksa.broadcast.send("tbh-6fece9c83b", "scams", "bima", clock() + timedelta(hours=9))
