"""A decision in words: what was met, what is missing, what contradicts; in every language."""

from __future__ import annotations

import inspect
import re
import tomllib
from datetime import UTC, date, datetime
from importlib import resources
from string import Formatter

import pytest

from periksa.answers import decide
from periksa.answers.decide import Policy
from periksa.answers.explain import TOPICS, Explained, explain, feature, rule
from periksa.answers.features import FEATURES
from periksa.answers.guards import GUARDS
from periksa.index.memory import MemoryIndex
from periksa.lang import LANGUAGES, analysis
from periksa.lang.spoken import language_of
from periksa.model import (
    Article,
    ArticleKind,
    Decision,
    DecisionKind,
    Match,
    Message,
    MessageKind,
    Query,
    QueryKind,
    Reason,
)
from periksa.readers.text import TextReader, visible

TABLES = tomllib.loads(resources.files("periksa.answers").joinpath("explain.toml").read_text(encoding="utf-8"))
POLICY = Policy(0.85, 0.15)
PLAIN = {"points": 3.0, "same_order": 0.2, "numbers_met": 0.1, "dated": 1.0, "lead": 0.5}


def check(title: str, **more: object) -> Article:
    return Article("cek", ArticleKind.FACT_CHECK, title, **more)  # type: ignore[arg-type]


def match(article: Article, score: float = 0.5, **shares: float) -> Match:
    return Match(article, score, tuple(Reason(name, 0.5, share) for name, share in (shares or PLAIN).items()))


def question(text: str, kind: QueryKind = QueryKind.SENTENCE) -> Query:
    code = language_of(text)
    return Query(visible(text), kind, code, analysis.words(text, code), numbers=analysis.numbers(text))


def told(text: str, article: Article, code: str = "id", **shares: float) -> Explained:
    return explain(question(text), [match(article, **shares)], {}, code)[0]


# ---------------------------------------------------------------- words


def test_words_that_are_met_and_missing_stand_as_they_are_written() -> None:
    found = told("Beras plastik BEREDAR di pasar", check("Beras Plastik buatan luar negeri beredar"))
    assert "Berbagi kata langka: Beras, plastik, BEREDAR." in found.speaks_for
    assert "Kata di klaim yang tidak ada di pesan: buatan, luar, negeri." in found.against
    assert "Kata di pesan yang tidak ada di klaim: pasar." in found.against
    assert found.briefly == "sama: Beras, plastik, BEREDAR; tidak ada di pesan: buatan, luar, negeri"


def test_bent_words_are_the_same_word() -> None:
    found = told("warga divaksin di sekolah", check("Vaksinasi warga di sekolah"))
    assert found.briefly == "sama: warga, divaksin, sekolah"


def test_the_rarest_words_come_first_and_common_ones_are_called_common() -> None:
    article = check("Beras plastik beredar")
    rarity = {"beras": 9.0, "plastik": 2.0, "edar": 3.0, "beredar": 3.0}
    rare = explain(question("plastik beredar beras"), [match(article)], rarity, "id")[0]
    assert "Berbagi kata langka: beras, beredar, plastik." in rare.speaks_for
    common = explain(question("plastik beredar"), [match(article)], rarity, "id")[0]
    assert "Berbagi kata yang umum: beredar, plastik." in common.speaks_for


def test_words_in_a_row_are_shown_as_a_row() -> None:
    found = told("katanya Air Kelapa muda bisa menyembuhkan", check("Minum air kelapa muda menyembuhkan flu"))
    assert "Kata berurutan yang sama: “Air Kelapa muda bisa menyembuhkan”." in found.speaks_for
    found = told("air kelapa di pasar, beras plastik", check("Beras plastik dan air kelapa"))
    assert "Kata berurutan yang sama: “air kelapa”, “beras plastik”." in found.speaks_for


def test_nothing_shared_is_said() -> None:
    assert (
        told("beras plastik", check("Gempa di Palu")).briefly == "tidak ada kata yang sama dengan judul atau klaimnya"
    )


# ---------------------------------------------------------------- numbers and names


def test_numbers_met_missing_and_contradicted() -> None:
    article = check("Bantuan 150.000 rupiah tahun 2021")
    assert "Angka yang sama: 2021, 150.000." in told("bantuan 150000 rupiah 2021", article).speaks_for
    found = told("bantuan 250.000 rupiah tahun 2021", article)
    assert found.against[0] == "Nomor 250.000 tidak ada di klaim; klaim menyebut 150.000."
    assert "Nomor 2023 tidak ada di klaim." in told("beras plastik 2023", check("Beras plastik beredar")).against


def test_another_name_comes_first_and_is_named_as_it_is_written() -> None:
    found = told("Undian berhadiah dari Bank BRI", check("Undian berhadiah Bank Mandiri"))
    assert found.against[0] == found.briefly == "Pesan menyebut BRI, klaim menyebut Bank Mandiri."


def test_a_shared_name_speaks_for_it() -> None:
    found = told("Undian berhadiah dari BRI", check("Undian Mengatasnamakan BRI"))
    assert "Nama yang sama: BRI." in found.speaks_for


def test_a_long_forward_may_name_much_besides() -> None:
    text, article = "Warga Garut dan Medan antre beras", check("Warga Garut dan Palu antre beras")
    one, two = (
        explain(question(text, kind), [match(article)], {}, "id")[0] for kind in (QueryKind.SENTENCE, QueryKind.FORWARD)
    )
    assert one.against[0] == "Pesan menyebut Medan, klaim menyebut Palu."
    assert one.against[0] not in two.against


def test_another_day_is_named() -> None:
    found = told("listrik padam 3 Mei", check("Listrik padam 4 Mei"), "en")
    assert "The message says 3 May, the claim 4 May." in found.against


@pytest.mark.parametrize(
    ("text", "title", "sentence"),
    [
        ("vaksin tidak menyebabkan kanker", "Vaksin menyebabkan kanker", "Pesan menyangkal “kanker”, klaim tidak."),
        ("vaksin kanker gratis", "Vaksin bukan kanker gratis", "Klaim menyangkal “kanker, gratis”, pesan tidak."),
    ],
)
def test_who_denies_what_is_said(text: str, title: str, sentence: str) -> None:
    assert told(text, check(title)).against[0] == sentence


def test_telephone_numbers_are_never_repeated() -> None:
    found = told("hubungi 0812-3456-7890 untuk hadiah", check("Hadiah lewat 0899-9999-9999"))
    assert not re.search(r"\d{4}", " ".join((*found.speaks_for, *found.against, found.briefly)))


# ---------------------------------------------------------------- beside other candidates


def test_rivals_are_named() -> None:
    one, other = match(check("Beras plastik"), 0.6), match(check("Beras palsu"), 0.5)
    best, second = explain(question("beras plastik"), [one, other], {}, "en")
    assert "Another candidate is nearly as strong: “Beras palsu”." in best.against
    assert "Another candidate is stronger: “Beras plastik”." in second.against


def test_standing_alone_far_ahead_speaks_for_it() -> None:
    matches = [match(check("Beras plastik"), 0.8), match(check("Beras palsu"), 0.1)]
    assert (
        "Far ahead of the other candidates it was compared with."
        in explain(question("beras"), matches, {}, "en")[0].speaks_for
    )


def test_a_date_is_told_where_others_have_none() -> None:
    dated, undated = match(check("Beras plastik", date=date(2025, 4, 2))), match(check("Beras palsu"), 0.1)
    first, second = explain(question("beras plastik palsu"), [dated, undated], {}, "id")
    assert "Cek faktanya bertanggal: 2 April 2025." in first.speaks_for
    assert "Cek faktanya tidak bertanggal." in second.against
    assert not any("bertanggal" in each for each in explain(question("beras"), [dated, dated], {}, "id")[0].speaks_for)


# ---------------------------------------------------------------- features


def test_at_most_three_reasons_a_side() -> None:
    found = told("Undian 250.000 dari BRI di Garut 3 Mei", check("Undian 150.000 dari BCA di Palu 4 Mei, hadiah mobil"))
    assert len(found.against) == 3
    assert len(found.speaks_for) <= 3


def test_a_topic_speaks_by_the_sum_of_its_features() -> None:
    """One feature may count backwards to set another right: alone it would be told as nonsense."""
    article = check("Beras plastik")
    assert told("beras plastik", article, points=3.0, question_covered=-2.0).speaks_for
    assert not told("beras plastik", article, points=1.0, question_covered=-2.0).speaks_for


@pytest.mark.parametrize("name", ["meaning", "close"])
def test_models_speak_for_and_against(name: str) -> None:
    article = check("Beras plastik")
    assert TABLES["en"]["for"][name].format(value="50") in told("x", article, "en", **{name: 1.0}).speaks_for
    assert TABLES["en"]["against"][name].format(value="50") in told("x", article, "en", **{name: -9.0}).against


def test_a_feature_that_nobody_has_put_in_words_is_told_all_the_same() -> None:
    article = check("Beras plastik")
    assert "same picture: 0.50." in told("x", article, "en", same_picture=1.0).speaks_for
    assert "same picture: 0.50." in told("x", article, "en", same_picture=-9.0).against
    assert feature("same_picture", "en") == "same picture"


STANDING = {"points", "lead", "lead_over_other_claims", "length", "read_lead"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_feature_has_a_name_and_a_topic(code: str) -> None:
    known = STANDING.union(*FEATURES.values())
    assert [name for name in known if name not in TABLES[code]["features"]] == []
    assert known <= set().union(*TOPICS.values())


# ---------------------------------------------------------------- data


def blanks(table: dict[str, object]) -> dict[str, object]:
    return {
        key: blanks(said)
        if isinstance(said, dict)
        else {name for _, name, _, _ in Formatter().parse(str(said)) if name}
        for key, said in table.items()
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_blanks(code: str) -> None:
    assert blanks(TABLES[code]) == blanks(TABLES["id"])


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_decision_and_every_rule_is_put_in_words(code: str) -> None:
    assert set(DecisionKind) <= TABLES[code].keys()
    named = re.findall(r'(?:why=|doubt = |return |else )"([^"]+)"', inspect.getsource(decide))
    wanted = {*named, *(guard.reason for guard in GUARDS), "empty", "greeting", "chatter"}
    assert wanted <= TABLES[code]["rules"].keys()


def test_a_rule_names_the_floors_and_a_new_one_itself() -> None:
    sure = Decision(DecisionKind.ANSWER, why="sure")
    assert rule(sure, POLICY, "en").startswith("Answered: the best candidate fits with a probability of at least 85%")
    assert (
        rule(Decision(DecisionKind.OFFER, why="another planet"), POLICY, "en")
        == "Offered to choose from: another planet."
    )


def test_every_decision_of_a_real_library_can_be_explained() -> None:
    index = MemoryIndex()
    articles = [check("Beras plastik beredar", claim="Beras plastik beredar 2021"), check("Undian BRI")]
    index.put([Article(str(at), each.kind, each.title, claim=each.claim) for at, each in enumerate(articles)])
    for text in ("beras", "undian BRI 2023", "beras plastik tidak beredar", "ok", "", "🙏"):
        query = TextReader().read(message(text))
        found = index.search(query, ArticleKind.FACT_CHECK)
        decision = decide.decide(query, found, POLICY)
        for code in LANGUAGES:
            explained = explain(query, decision.matches, found.rarity, code)
            assert len(explained) == len(decision.matches)
            assert all(each.briefly for each in explained)
            assert rule(decision, POLICY, code)


def message(text: str) -> Message:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Message("m", "", "console", "m", MessageKind.TEXT, at, at, text=text)
