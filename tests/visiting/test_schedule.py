"""Visits by the clock: one job a site, which queues the next; one pair of hands; what stops it; how a site does."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest
from tests.publisher_server import Answer
from tests.visiting.conftest import EVERY, Publisher, Visitor

from periksa.errors import ConfigError
from periksa.model import JobKind
from periksa.sources.profiles import shipped
from periksa.visiting import Visiting, chosen
from periksa.worker import Pace, Worker

pytestmark = pytest.mark.network


@pytest.fixture
def worker(visitor: Visitor) -> Worker:
    pace = Pace(timedelta(seconds=30), 3, 50)
    return Worker(JobKind.VISIT, lambda jobs: visitor.visiting.visit(jobs), visitor.store, visitor.clock, pace)


def test_a_site_is_visited_again_after_a_while(visitor: Visitor, site: Publisher, worker: Worker) -> None:
    site.publish("/baca/1")
    for _ in range(3):
        visitor.visiting.schedule()
    assert worker.once() == 1
    assert visitor.titles() == ["Berita /baca/1"]
    (job,) = visitor.jobs(JobKind.VISIT)
    assert job.not_before == visitor.clock() + EVERY
    visitor.visiting.schedule()
    assert worker.once() == 0
    visitor.asked()
    visitor.clock.pass_(minutes=30)
    assert worker.once() == 1
    assert visitor.asked() == ["/rss"]
    assert len(visitor.jobs(JobKind.VISIT)) == 1


def test_a_restart_keeps_to_the_time_of_the_next_visit(visitor: Visitor, site: Publisher, worker: Worker) -> None:
    visitor.visit()
    visitor.visiting.schedule()
    assert worker.once() == 0
    visitor.clock.pass_(minutes=31)
    assert worker.once() == 1


def test_what_waits_is_gone_on_with_at_once(
    visitor: Visitor, site: Publisher, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from periksa.visiting import reading

    monkeypatch.setattr(reading, "MOST", 4)
    for number in range(10):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    visitor.visiting.schedule()
    assert [worker.once() for _ in range(4)] == [1, 1, 1, 0]
    assert len(visitor.titles()) == 10
    assert visitor.asked().count("/rss") == 1


def test_a_site_in_somebody_elses_hands_is_left_to_them(visitor: Visitor, site: Publisher, worker: Worker) -> None:
    site.publish("/baca/1")
    until = visitor.clock() + timedelta(minutes=5)
    visitor.store.write(lambda tx: tx.visits.begin("kabarkini", visitor.clock(), until)).result()
    assert visitor.visiting.leg(visitor.site, starts=True) is None
    visitor.visiting.schedule()
    worker.once()
    assert visitor.asked() == []
    (job,) = visitor.jobs(JobKind.VISIT)
    assert job.not_before == until
    visitor.clock.pass_(minutes=5)
    worker.once()
    assert visitor.asked() == ["/rss", "/baca/1"]


def test_a_job_that_ran_twice_visits_once(visitor: Visitor, site: Publisher, worker: Worker) -> None:
    site.publish("/baca/1")
    visitor.visiting.schedule()
    lease = timedelta(seconds=30)
    jobs = visitor.store.write(lambda tx: tx.jobs.claim([JobKind.VISIT], 5, visitor.clock(), lease)).result()
    visitor.visiting.visit(jobs)
    visitor.asked()
    visitor.visiting.visit(jobs)
    assert visitor.asked() == []
    assert len(visitor.jobs(JobKind.VISIT)) == 1


def test_a_site_that_is_switched_off_or_waits_for_a_word_is_not_visited(visitor: Visitor, worker: Worker) -> None:
    visitor.visiting.schedule()
    visitor.visiting = Visiting(visitor.kit, [], EVERY)
    assert worker.once() == 1
    assert visitor.jobs(JobKind.VISIT) == []
    shy = visitor.profile(ask_first="Ask the agency in writing.")
    visitor.visiting = Visiting(visitor.kit, [shy], EVERY)
    visitor.visiting.schedule()
    assert visitor.jobs(JobKind.VISIT) == []
    assert visitor.visiting.health()[0].warning(visitor.clock(), EVERY)[0] == "waits for your word"


def test_a_site_that_wants_to_be_asked_is_fetched_from_by_no_way_whatever(
    visitor: Visitor, site: Publisher, worker: Worker
) -> None:
    site.publish("/baca/1")
    visitor.visiting.schedule()
    shy = visitor.profile(ask_first="Ask the agency in writing.")
    visitor.visiting = Visiting(visitor.kit, [shy], EVERY)
    assert worker.once() == 1, "a job of the time before is struck off"
    visitor.visiting.schedule()
    for starts in (True, False):
        with pytest.raises(ConfigError, match="waits for your word"):
            visitor.visiting.leg(shy, starts=starts)
    with pytest.raises(ConfigError, match="waits for your word"):
        list(visitor.visiting.preview(shy))
    visitor.clock.pass_(days=3)
    assert worker.once() == 0
    assert visitor.server.asked == [], "robots.txt included"
    settled = visitor.profile(ask_first="")
    visitor.visiting = Visiting(visitor.kit, [settled], EVERY)
    visitor.visiting.schedule()
    assert worker.once() == 1
    assert visitor.titles() == ["Berita /baca/1"]


def test_every_shipped_profile_that_wants_to_be_asked_waits_until_a_copy_of_the_operator_says_otherwise(
    tmp_path: Path,
) -> None:
    shy = [one for one in shipped() if one.ask_first]
    assert "antara" in {one.name for one in shy}
    for one in shy:
        (found,) = chosen([one.name], tmp_path)
        assert found.ask_first
        text = resources.files("periksa.sources").joinpath(f"sites/{one.name}.toml").read_text("utf-8")
        asked = re.search(r"(?m)^ask_first = .*$", text)
        assert asked
        (tmp_path / f"{one.name}.toml").write_text(text.replace(asked[0], 'ask_first = ""'), encoding="utf-8")
        (settled,) = chosen([one.name], tmp_path)
        assert not settled.ask_first


def test_who_is_told_to_stop_ends_after_the_page_in_hand_and_the_next_goes_on(
    visitor: Visitor, site: Publisher
) -> None:
    for number in range(6):
        site.publish(f"/baca/{number}", f"Berita nomor {number}")
    there = visitor.server.routes["/baca/2"]

    def stop(asked: object) -> object:
        visitor.visiting.stop()
        return there(asked) if callable(there) else there

    visitor.server.routes["/baca/2"] = stop  # type: ignore[assignment]
    outcome = visitor.visit()
    assert outcome.tired
    assert 0 < outcome.waiting < 6
    visit = visitor.store.read(lambda tx: tx.visits.of("kabarkini"))
    assert visit
    assert (visit.held_until, visit.next_at) == (None, visitor.clock())
    visitor.kit.leaving.clear()
    visitor.visit(starts=False)
    assert len(visitor.titles()) == 6


def test_a_visit_that_was_stopped_before_its_listings_were_read_begins_anew(
    visitor: Visitor, site: Publisher, worker: Worker
) -> None:
    site.publish("/baca/1")
    visitor.visit()
    visitor.clock.pass_(minutes=30)
    visitor.visiting.schedule()
    visitor.visiting.stop()
    worker.once()
    assert visitor.visiting.health()[0].warning(visitor.clock(), EVERY) == ("", "")
    visitor.kit.leaving.clear()
    visitor.asked()
    worker.once()
    assert visitor.asked() == ["/rss"]


def test_whoever_waits_for_their_turn_wakes_when_told_to_stop(visitor: Visitor, site: Publisher) -> None:
    site.publish("/baca/1")
    visitor.kit.pages._sleep = visitor.kit._wait
    visitor.starts("feed", "/rss", pause=60)
    ended = threading.Thread(target=visitor.visit)
    ended.start()
    while "/rss" not in visitor.server.paths:
        threading.Event().wait(0.01)
    visitor.visiting.stop()
    ended.join(timeout=5)
    assert not ended.is_alive()
    assert visitor.server.paths == ["/robots.txt", "/rss"]


def test_a_site_that_brings_too_little_is_a_warning_after_a_week(visitor: Visitor, site: Publisher) -> None:
    visitor.starts("feed", "/rss", a_week=3)

    def warning() -> str:
        return visitor.visiting.health()[0].warning(visitor.clock(), EVERY)[0]

    assert warning() == "was never visited"
    site.publish("/baca/1")
    site.publish("/baca/2")
    visitor.visit()
    assert warning() == ""
    visitor.clock.pass_(hours=3)
    assert warning() == "was visited last on 2026-03-01 08:00"
    visitor.later(days=8)
    assert warning() == "0 articles in a week, expected are 3"
    for number in range(3, 6):
        site.publish(f"/baca/{number}")
    visitor.visit()
    assert warning() == ""
    assert visitor.visiting.health()[0].brought == 3
    visitor.server.routes["/rss"] = Answer(b"", 403)
    visitor.later(minutes=30)
    assert warning() == "none of its listings can be read"


def test_pages_that_give_no_article_are_no_yield(visitor: Visitor, site: Publisher) -> None:
    visitor.starts("feed", "/rss", a_week=2)
    visitor.visit()
    visitor.clock.pass_(days=8)
    for number in range(5):
        site.publish(f"/baca/{number}")
        visitor.server.routes[f"/baca/{number}"] = "<html><body>rusak</body></html>"
    visitor.visit()
    assert visitor.visiting.health()[0].warning(visitor.clock(), EVERY)[0].startswith("0 articles in a week")


def test_sites_are_chosen_by_name(tmp_path) -> None:
    assert [site.name for site in chosen(["tempo", "liputan6"], tmp_path)] == ["tempo", "liputan6"]
    assert chosen([], tmp_path) == []
    with pytest.raises(ConfigError) as error:
        chosen(["liputan"], tmp_path)
    assert str(error.value) == "sources.sites: there is no profile 'liputan'; did you mean liputan6?"
