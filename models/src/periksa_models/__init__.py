"""The learned models of periksa, as files. How they were made is told in periksa's `docs/models.md`.

`pieces.spm` the vocabulary · `pieces.npz` a vector for each piece of it · `encoder.onnx` · `reader.onnx` the close
reader · `static.npz` the table for machines that run neither
"""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the files are."""
