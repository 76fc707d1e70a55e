"""What people asked to be sent without asking each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from periksa.broadcast import Broadcast, Campaigns
from periksa.errors import CaseError
from periksa.model import Job, JobKind, JobState, Plan, Purpose
from periksa.store import Transaction

from .conftest import BUDI, RINA, SAY, SAY_EN, SITI, House, check

FRESH = [
    check("baru-vaksin", "Vaksin dan magnet", "Vaksin membuat tubuh bermagnet.", date=date(2026, 3, 1)),
    check("baru-gempa", "Gempa buatan", "Gempa dibuat dengan mesin.", date=date(2026, 3, 1)),
    check("lama", "Vaksin lama", "Vaksin lama beredar.", date=date(2026, 1, 1)),
]


def got(house: House, purpose: Purpose, phone: str = RINA) -> list[str]:
    return [reply.reply.text for reply in house.replies(phone) if reply.purpose is purpose]


# ---------------------------------------------------------------- digests


def test_digests_come_daily_or_on_mondays_with_what_each_follows(house: House) -> None:
    house.say("ikuti kesehatan harian")
    house.say("follow", BUDI)
    house.say("ikuti harian", SITI)
    house.do(lambda tx: tx.articles.put(FRESH, house.clock()))
    house.broadcast.schedule()
    house.broadcast.schedule()
    jobs = house.look(lambda tx: tx.jobs.list(JobState.READY))
    due = {job.key: job.not_before for job in jobs if job.kind is JobKind.DIGEST}
    assert due == dict.fromkeys(("daily 2026-03-02", "weekly 2026-03-02"), datetime(2026, 3, 2, tzinfo=UTC))
    house.wait(hours=24)
    [rina], [budi], [siti] = (got(house, Purpose.DIGEST, phone) for phone in (RINA, BUDI, SITI))
    assert rina.startswith(SAY["digest"])
    assert rina.endswith(SAY["digest_end"])
    assert "Vaksin membuat tubuh bermagnet" in rina
    assert "Gempa dibuat" not in rina
    assert "lama" not in rina + budi + siti
    assert budi.startswith(SAY_EN["digest"])
    assert "Gempa dibuat" in budi
    assert "Gempa dibuat" in siti
    house.wait(hours=24)
    assert len(got(house, Purpose.DIGEST)) == 1, "nothing new was published"
    keys = {job.key for job in house.look(lambda tx: tx.jobs.list(JobState.READY)) if job.kind is JobKind.DIGEST}
    assert keys == {"daily 2026-03-04", "weekly 2026-03-09"}


def test_what_was_asked_most_comes_first(house: House) -> None:
    house.say("ikuti harian")
    house.do(lambda tx: tx.articles.put(FRESH, house.clock()))
    house.index.put(FRESH)
    house.say("vaksin membuat tubuh bermagnet", BUDI)
    house.broadcast.schedule()
    house.wait(hours=24)
    [digest] = got(house, Purpose.DIGEST)
    assert digest.index("Vaksin membuat tubuh bermagnet") < digest.index("Gempa dibuat")


def test_a_digest_that_goes_wrong_leaves_the_next_one_queued(house: House) -> None:
    house.do(lambda tx: tx.jobs.add([Job(JobKind.DIGEST, "daily kapan-kapan")], house.clock()))
    house.workers.drain()
    queued = house.look(lambda tx: [job.key for job in tx.jobs.list(JobState.READY) if job.kind is JobKind.DIGEST])
    assert "daily 2026-03-02" in queued


def test_who_stopped_gets_no_digest(house: House) -> None:
    house.say("ikuti harian")
    house.say("stop")
    house.do(lambda tx: tx.articles.put(FRESH, house.clock()))
    house.broadcast.schedule()
    house.wait(hours=24)
    assert got(house, Purpose.DIGEST) == []


# ---------------------------------------------------------------- broadcasts


def test_a_broadcast_says_first_who_would_get_it(house: House) -> None:
    assert house.broadcast.plan("garam") == []
    house.say("ikuti kesehatan")
    house.say("ikuti", BUDI)
    house.say("ikuti bencana", SITI)
    rina = house.contact()
    house.wait(hours=30)
    house.do(lambda tx: tx.contacts.touch(rina, "whatsapp", house.clock()))
    assert house.broadcast.plan("garam") == [Plan("whatsapp", inside=1, outside=2)]
    assert house.broadcast.plan("garam", "health") == [Plan("whatsapp", inside=1, outside=1)]
    assert house.broadcast.plan("garam", "politics") == [Plan("whatsapp", inside=0, outside=1)]


def test_a_broadcast_reaches_those_who_follow_its_topic_once(house: House) -> None:
    for phone, topic in ((RINA, "kesehatan"), (BUDI, "bencana"), (SITI, "")):
        house.say(f"ikuti {topic}", phone)
    for _ in range(2):
        house.broadcast.send("garam", "health", "ayu")
        house.workers.drain()
    assert [len(got(house, Purpose.BROADCAST, phone)) for phone in (RINA, BUDI, SITI)] == [1, 0, 1]
    [said] = got(house, Purpose.BROADCAST)
    assert said.startswith("*SALAH*, menurut Cek Nusantara")
    assert said.endswith(SAY["digest_end"])
    assert house.look(lambda tx: tx.outbox.counts("health garam")) == {None: 2}
    assert house.look(lambda tx: tx.audit.list())[0].what == "broadcast"


def test_outside_the_window_a_template_carries_title_and_link(house: House) -> None:
    house.say("ikuti")
    campaigns = Campaigns(template="cek_fakta", languages=("en_US", "id"))
    broadcast = Broadcast(house.store, {}, house.clock, campaigns=campaigns)
    broadcast.send("garam", "", "ayu")
    lease = timedelta(seconds=9)
    jobs = house.do(lambda tx: tx.jobs.claim([JobKind.BROADCAST], 9, house.clock(), lease))
    broadcast.broadcast(jobs)
    [said] = [reply for reply in house.replies() if reply.purpose is Purpose.BROADCAST]
    template = said.reply.template
    assert template
    assert (template.name, template.language) == ("cek_fakta", "id")
    assert template.variables == (
        "Yang diperiksa: “Berkumur air garam hangat membunuh virus di tenggorokan.” – *SALAH*, Cek Nusantara",
        "https://cek.example/garam",
    )


def test_whoever_got_a_broadcast_hears_what_became_of_it(house: House) -> None:
    house.say("ikuti kesehatan")
    house.say("follow health", BUDI)
    check, later = FRESH[0], replace(FRESH[0], rating="BENAR")
    house.publish(check)
    house.broadcast.send(check.id, "kesehatan", "ayu")
    house.workers.drain()
    house.change(later)
    told = house.replies(RINA)[-1].reply.text
    assert told.startswith(SAY["corrected"])
    assert "BENAR" in told
    house.do(lambda tx: tx.articles.drop([check.id]))
    for _ in range(2):
        house.do(lambda tx: tx.jobs.add([Job(JobKind.CORRECT, check.id)], house.clock()))
        house.workers.drain()
    ends = [house.replies(phone)[-1].reply.text for phone in (RINA, BUDI)]
    quoted = f" (“{check.claim}”)"
    assert ends == [say["retracted_sent"].format(quoted=quoted) for say in (SAY, SAY_EN)]
    assert len([each for each in house.replies(RINA) if each.purpose is Purpose.FOLLOW_UP]) == 2, "each was told once"


def test_what_was_broadcast_was_not_asked(house: House) -> None:
    """A digest begins with what people asked about, not with what they were sent."""
    house.say("ikuti harian")
    house.do(lambda tx: tx.articles.put(FRESH, house.clock()))
    house.index.put(FRESH)
    house.say("gempa dibuat dengan mesin", BUDI)
    house.broadcast.send("baru-vaksin", "kesehatan", "ayu")
    house.broadcast.schedule()
    house.wait(hours=24)
    [digest] = got(house, Purpose.DIGEST)
    assert digest.index("Gempa dibuat") < digest.index("Vaksin membuat tubuh bermagnet")


def test_what_cannot_be_broadcast_is_said_in_a_sentence(house: House) -> None:
    with pytest.raises(CaseError, match="no fact-check"):
        house.broadcast.send("tidak-ada", "", "ayu")
    with pytest.raises(CaseError, match="topics: health, politics"):
        house.broadcast.send("garam", "olahraga", "ayu")
    with pytest.raises(CaseError, match="no topic"):
        house.broadcast.plan("garam", "x")


def test_an_article_reaches_a_person_once_whatever_topic_it_is_sent_to(house: House) -> None:
    house.say("ikuti")
    house.say("ikuti kesehatan", BUDI)
    for topic in ("kesehatan", "health", ""):
        house.broadcast.send("garam", topic, "ayu")
        house.workers.drain()
    assert [len(got(house, Purpose.BROADCAST, phone)) for phone in (RINA, BUDI)] == [1, 1]
    assert house.broadcast.plan("garam") == [Plan("whatsapp", already=2)]
    assert house.broadcast.plan("gempa") == [Plan("whatsapp", inside=2)]


# ---------------------------------------------------------------- campaigns


def test_a_campaign_stopped_on_its_way_says_nothing_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped between two batches: the first was handed out, the second never is."""
    for phone in (RINA, BUDI, SITI):
        house.say("ikuti", phone)
    monkeypatch.setattr("periksa.broadcast.AT_ONCE", 1)
    id = house.broadcast.send("garam", "", "ayu")
    write, called_back = house.store.write, list[int]()

    def stopping(work: Callable[[Transaction], Any]) -> Any:
        done = write(work)
        done.exception(20)
        if house.look(lambda tx: tx.outbox.counts(id)) and not called_back:
            monkeypatch.setattr(house.store, "write", write)
            called_back.append(house.broadcast.stop(id, "bima"))
        return done

    monkeypatch.setattr(house.store, "write", stopping)
    house.workers.drain()
    assert called_back == [1], "what was handed out was called back"
    assert house.look(lambda tx: tx.outbox.counts(id)) == {}
    assert house.broadcast.plan("garam") == [Plan("whatsapp", inside=3)]
    with pytest.raises(CaseError, match="no broadcast"):
        house.broadcast.stop(id, "bima")


def test_the_programme_tells_what_was_and_what_will_be(house: House) -> None:
    house.say("ikuti kesehatan harian")
    house.say("ikuti", BUDI)
    house.do(lambda tx: tx.articles.put(FRESH, house.clock()))
    house.broadcast.schedule()
    house.broadcast.send("garam", "", "ayu")
    later = house.broadcast.send("gempa", "health", "ayu", house.clock() + timedelta(days=3))
    house.wait(hours=24)
    programme = house.broadcast.programme()
    assert [(each.campaign.id, each.reached.queued) for each in programme.past] == [("all garam", 2)]
    assert [each.campaign.id for each in programme.scheduled] == [later]
    assert programme.past[0].campaign.ended_at
    people = {each.topic: sum(each.people.values()) for each in programme.following}
    assert (people["health"], people["all"]) == (1, 1)
    assert [each.reached.queued for each in programme.past_digests] == [1, 1], "daily, and weekly on a Monday"
    assert len(programme.next_digests) == 2


def test_a_broadcast_queued_before_campaigns_were_kept_goes_out(house: House) -> None:
    house.say("ikuti kesehatan")
    house.do(lambda tx: tx.jobs.add([Job(JobKind.BROADCAST, "health garam")], house.clock()))
    house.workers.drain()
    assert len(got(house, Purpose.BROADCAST)) == 1


def test_a_time_that_has_passed_is_refused(house: House) -> None:
    with pytest.raises(CaseError, match="has passed"):
        house.broadcast.send("garam", "", "ayu", house.clock())
