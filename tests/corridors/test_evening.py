"""Ten conversations of an evening, as they are said: who says what, and what comes back."""

from __future__ import annotations

from dataclasses import replace

from periksa.model import CaseState

from .conftest import ANSWERED, ASKED, BUDI, LIBRARY, OFFERED, RINA, SAY, SAY_EN, SITI, UNCHECKED, House, check, written

WELCOME = SAY["introduction"].format(name="Cek Nusantara")
LUWAK = check("luwak", "Kopi luwak bersertifikat", "Semua kopi luwak bersertifikat pemerintah.")


def test_1_a_stranger_asks_at_once_and_gets_the_answer_with_who_we_are(house: House) -> None:
    """Issue 4: "together with the answer, never instead of it"."""
    answer = house.say(f"min {ANSWERED['gempa']}, bener ga?", SITI)
    assert answer.startswith("*SALAH*, menurut Cek Nusantara\n\nYang diperiksa: Gempa besar akan terjadi di Selat Bali")
    assert answer.endswith(f"https://cek.example/gempa\n\n{WELCOME}{ASKED}")
    assert WELCOME not in house.say(ANSWERED["garam"], SITI)


def test_2_a_greeting_a_preface_and_the_forward_are_one_question(house: House) -> None:
    """Issue 4: a burst of fragments ("halo", "mau tanya", then the forward) is one question."""
    for number, text in enumerate(("halo", "mau tanya min", f"Diteruskan\n{ANSWERED['gempa']}!!", "bener ga sih")):
        house.hear(written(text, number))
        house.clock.pass_(seconds=1)
    house.wait()
    [reply] = house.replies()
    assert "Selat Bali" in reply.reply.text
    assert reply.refers_to == "wamid.01-2"
    assert house.cases() == []


def test_3_several_look_alike_and_none_of_them_is_meant(house: House) -> None:
    assert house.say(OFFERED) == SAY["offer"]
    titles = [option.title for option in house.replies()[-1].reply.options]
    assert titles[2:] == [SAY["none"]]
    for number in (2, 1):
        article = next(article for article in LIBRARY if article.title == titles[number - 1])
        assert article.claim in house.say(str(number))
    assert house.say("3") == SAY["noted_none"]
    assert [(case.text, case.asked) for case in house.cases()] == [(OFFERED, 1)]


def test_4_an_answer_that_did_not_help_goes_to_the_editors(house: House) -> None:
    house.say(ANSWERED["garam"])
    answer = house.replies()[-1]
    assert house.say("tidak") == SAY["not_helped"]
    assert [case.text for case in house.cases()] == [ANSWERED["garam"]]
    feedback = house.look(lambda tx: tx.feedback.get(answer.id))
    assert (feedback.helpful, feedback.source) == (False, "button")


def test_5_what_nobody_checked_is_answered_when_somebody_did(house: House) -> None:
    """Issue 4: "everyone who asked is told, once, each in their language"."""
    budi = house.contact(BUDI)
    house.do(lambda tx: tx.contacts.update(budi, language="en"))
    assert house.say(UNCHECKED) == SAY["not_checked"]
    assert house.say(f"*{UNCHECKED.upper()}*", BUDI) == SAY_EN["not_checked"]
    assert [case.asked for case in house.cases()] == [2]
    house.publish(LUWAK)
    first = SAY["told"].format(question=UNCHECKED)
    assert house.said()[-1].startswith(f"{first}\n\n*SALAH*, menurut Cek Nusantara")
    assert house.said(BUDI)[-1].startswith(SAY_EN["told"].format(question=UNCHECKED.upper()))
    assert house.cases() == []
    before = [*house.said(), *house.said(BUDI)]
    house.publish(check("lain", "Kopi luwak liar", "Kopi luwak liar bersertifikat."))
    assert [*house.said(), *house.said(BUDI)] == before
    assert house.say(UNCHECKED) == SAY["offer"]


def test_6_somebody_who_wants_to_be_spoken_to_in_english(house: House) -> None:
    assert house.say("hello", SITI).endswith(SAY_EN["prefer"])
    assert house.say("english", SITI) == SAY_EN["speaking"]
    answer = house.say(ANSWERED["garam"], SITI)
    assert "What was checked" in answer
    assert answer.endswith(SAY_EN["helped_ask"])
    assert house.say("bahasa", SITI) == SAY["speaking"]
    assert house.say("hello there, good morning", SITI) == SAY["greeting"]


def test_7_somebody_follows_the_digest_and_stops_it_again(house: House) -> None:
    assert house.say("IKUTI KESEHATAN HARIAN") == SAY["following"].format(
        often="tiap hari", topics=" tentang kesehatan"
    )
    rina = house.contact()
    [subscription] = house.look(lambda tx: tx.subscriptions.of(rina))
    assert (subscription.topic, str(subscription.cadence)) == ("health", "daily")
    assert house.say("stop vaksin") in {SAY["offer"], SAY["offer_one"]}
    assert house.say("BERHENTI") == SAY["unfollowed"]
    assert house.look(lambda tx: tx.subscriptions.of(rina)) == []
    assert "Selat Bali" in house.say(ANSWERED["gempa"])
    consents = house.look(lambda tx: tx.subscriptions.consents(rina))
    assert [each.kind.value for each in consents] == ["subscribed", "unsubscribed", "opted_out"]
    assert {each.source for each in consents} == {"word"}


def test_8_somebody_wants_to_be_forgotten(house: House) -> None:
    house.say(UNCHECKED)
    assert house.say("HAPUS") == SAY["erase_ask"]
    assert house.tap("erase:no") == SAY["erase_kept"]
    house.say("hapus")
    receipt = house.say("ya")
    assert receipt.startswith(SAY["erased"].partition("{")[0])
    assert house.contact()
    house.accept()
    house.wait(seconds=10)
    assert house.contact() == ""
    assert house.cases() == []
    code = receipt.partition(": ")[2].partition(".")[0]
    assert code in {entry.about for entry in house.look(lambda tx: tx.audit.list())}
    assert WELCOME in house.say("halo")


def test_9_pictures_stickers_and_other_things_get_honest_words(house: House) -> None:
    house.send_kind("image", {"id": "m1", "mime_type": "image/jpeg", "sha256": "ab"})
    house.send_kind("image", {"id": "m2", "mime_type": "image/jpeg", "sha256": "cd"})
    house.wait()
    for kind, say in (
        ("audio", "voice"),
        ("sticker", "sticker"),
        ("location", "place_or_person"),
        ("hologram", "unknown_kind"),
    ):
        house.send_kind(kind, {"id": f"f-{kind}"})
        house.wait()
        assert house.said()[-1] == SAY[say]
    assert house.said()[0] == SAY["picture"]
    assert len(house.said()) == 5
    assert {case.text for case in house.cases()} == {"[gambar tanpa keterangan]", "[pesan suara]"}


def test_10_a_publisher_changes_its_mind(house: House) -> None:
    house.say(ANSWERED["garam"])
    house.say(ANSWERED["garam"], BUDI)
    house.say(ANSWERED["gempa"], BUDI)
    house.change(replace(LIBRARY[0], rating="SEBAGIAN BENAR"))
    for phone in (RINA, BUDI):
        assert house.said(phone)[-1].startswith(f"{SAY['corrected']}\n\n*SEBAGIAN BENAR*, menurut Cek Nusantara")
    said = len(house.said())
    house.change(replace(LIBRARY[0], rating="SEBAGIAN BENAR", summary="Ejaan diperbaiki."))
    assert len(house.said()) == said
    assert house.cases(CaseState.ANSWERED) == []
