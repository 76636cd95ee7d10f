"""Texts as vectors without a network: wordllama's static embeddings, whose weights are a package.

What they find alike is alike, so that search over them works; but they are not the vectors of the
model that a vendor would have used, and nobody should compare the two.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

MODEL: Final = "wordllama-256"
DIMENSION: Final = 256
WEIGHTS: Final = "weights/l2_supercat_256.safetensors"
TOKENIZER: Final = "tokenizers/l2_supercat_tokenizer_config.json"


async def embed(texts: Sequence[str], dimension: int) -> list[list[float]]:
    """A vector of length one and of `dimension` numbers for each text, worked out in a thread.

    The model has 256 numbers. A longer vector has zeros behind them, which changes no similarity;
    of a shorter one the rest is cut off, as the model was trained to bear. A text without words
    is the first axis. The model is loaded when it is first asked.
    """
    return await asyncio.to_thread(_embed, texts, dimension)


def _embed(texts: Sequence[str], dimension: int) -> list[list[float]]:
    if not texts:
        return []
    table, encode = _model()
    # Imported in _model for the first time; see there.
    import numpy  # noqa: PLC0415

    vectors = numpy.zeros((len(texts), max(dimension, DIMENSION)), dtype=numpy.float32)
    for vector, tokens in zip(vectors, encode(texts), strict=True):
        if tokens:
            vector[:DIMENSION] = table[tokens].astype(numpy.float32).mean(axis=0)
    vectors = vectors[:, :dimension].astype(numpy.float64)
    vectors[~vectors.any(axis=1), 0] = 1.0
    directions: list[list[float]] = (
        vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    ).tolist()
    return directions


@cache
def _model() -> tuple[Any, Callable[[Sequence[str]], list[list[int]]]]:
    """The table of token vectors, and what turns texts into tokens."""
    # Imported here, as most sandboxes are never asked for a vector, and start faster without.
    from safetensors import safe_open  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{MODEL} is missing; install the package wordllama")
    folder = Path(spec.origin).parent
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with safe_open(folder / WEIGHTS, framework="numpy") as weights:
        table = weights.get_tensor("embedding.weight")

    def encode(texts: Sequence[str]) -> list[list[int]]:
        encoded = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [text.ids for text in encoded]

    return table, encode
