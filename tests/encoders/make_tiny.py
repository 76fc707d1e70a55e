"""Makes the tiny models of `tiny/`: the same forms as the real ones, a few kilobytes, nothing learned.

    .venv-training/bin/pip install -r training/requirements.txt
    .venv-training/bin/python tests/encoders/make_tiny.py

A piece's vector is drawn by chance, so texts are near each other where they share pieces. Run it again only when the
form of the models changes; the tests speak of nothing that another draw would change.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import onnx
import sentencepiece
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).with_name("tiny")
WIDTH, SHORT = 32, 16
SENTENCES = """
Air kelapa muda menetralkan bisa ular kobra. Minum air kelapa dapat menyembuhkan gigitan ular.
Jembatan Randu di Palu ambruk akibat gempa besar kemarin sore. Gempa besar meruntuhkan jembatan di Palu.
Gubernur membagikan beras gratis untuk warga Jakarta lewat tautan. Polisi melarang undian mobil di Bandung.
Minyak goreng dicampur plastik, kata pesan berantai di WhatsApp. Vaksin corona dipasangi chip oleh dokter.
Coconut water cures snake bites, says a chain message. The bridge collapsed after a strong earthquake yesterday.
The governor gives free rice to every citizen. Cooking oil is mixed with plastic, a video claims.
query: passage: benarkah apakah hoaks cek fakta kabar foto video tahun 2025 bulan ini sebarkan
""".strip().replace(". ", ".\n")


def vocabulary() -> bytes:
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES.splitlines() * 4),
        model_writer=written,
        vocab_size=220,
        hard_vocab_limit=False,
        normalization_rule_name="identity",
        bos_id=0,
        pad_id=1,
        eos_id=2,
        unk_id=3,
        minloglevel=2,
    )
    return written.getvalue()


def table(count: int, width: int, chance: np.random.Generator) -> bytes:
    written = io.BytesIO()
    pieces = chance.integers(-127, 128, (count, width), dtype=np.int8)
    np.savez(written, pieces=pieces, scale=np.full(count, 1 / 127, np.float32))
    return written.getvalue()


def network(result: str, chance: np.random.Generator) -> bytes:
    """The mean over the pieces: turned and of length 1 for the encoder, one number for the close reader."""
    node, floats = helper.make_node, TensorProto.FLOAT
    turn = numpy_helper.from_array(chance.normal(size=(WIDTH, WIDTH)).astype(np.float32), "turn")
    weigh = numpy_helper.from_array(chance.normal(size=WIDTH).astype(np.float32), "weigh")
    axes = [numpy_helper.from_array(np.array([axis]), f"axis{axis}") for axis in (1, 2)]
    nodes = [
        node("Unsqueeze", ["real", "axis2"], ["share"]),
        node("Mul", ["words", "share"], ["kept"]),
        node("ReduceSum", ["kept", "axis1"], ["sum"], keepdims=0),
        node("ReduceSum", ["share", "axis1"], ["count"], keepdims=0),
        node("Div", ["sum", "count"], ["mean"]),
        node("MatMul", ["mean", "turn"], ["turned"]),
    ]
    if result == "vector":
        nodes += [
            node("ReduceL2", ["turned"], ["length"], axes=[1], keepdims=1),
            node("Div", ["turned", "length"], ["vector"]),
        ]
        shape = ["texts", WIDTH]
    else:
        nodes.append(node("MatMul", ["turned", "weigh"], ["odds"]))
        shape = ["texts"]
    inputs = [
        helper.make_tensor_value_info("words", floats, ["texts", "pieces", WIDTH]),
        helper.make_tensor_value_info("real", floats, ["texts", "pieces"]),
    ]
    output = helper.make_tensor_value_info(result, floats, shape)
    graph = helper.make_graph(nodes, result, inputs, [output], [turn, *([weigh] if result == "odds" else []), *axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def main() -> None:
    chance = np.random.default_rng(20261122)
    spoken = vocabulary()
    count = sentencepiece.SentencePieceProcessor(model_proto=spoken).vocab_size()
    made = {
        "pieces.spm": spoken,
        "pieces.npz": table(count, WIDTH, chance),
        "static.npz": table(count, SHORT, chance),
        "encoder.onnx": network("vector", chance),
        "reader.onnx": network("odds", chance),
    }
    FOLDER.mkdir(exist_ok=True)
    for name, content in made.items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
