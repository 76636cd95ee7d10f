"""Text as vectors, in this process: wordllama's static embeddings, whose weights are a package.

A vector is the mean of the vectors of a text's tokens, brought to length one. That is done here,
on the package's own files: importing the package takes a second (it brings what training and
downloads need, and sets up logging for everybody), reading its files a tenth of that.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from backend.store import Embed

MODEL: Final = "wordllama-256"
DIMENSION: Final = 256

WEIGHTS: Final = "weights/l2_supercat_256.safetensors"
TOKENIZER: Final = "tokenizers/l2_supercat_tokenizer_config.json"


class ModelIsMissing(Exception):
    """The package that brings the weights is not installed as it should be."""


def local_embedding() -> Embed:
    """What turns texts into vectors of `DIMENSION` numbers and length one; zeros for no words.

    It loads when it is first called, were it with no texts; then a question takes about 0.1 ms
    and an article 1 ms. The first call raises `ModelIsMissing`.
    """
    loaded = cache(_load)

    def embed(texts: Sequence[str]) -> Sequence[Sequence[float]]:
        return loaded()(texts)

    return embed


def _load() -> Embed:
    # Imported here, as who never searches (a tool, a deployment's preparation) does without
    # numpy, the weights and the 0.3 s that they take.
    import numpy  # noqa: PLC0415
    from safetensors import safe_open  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    folder = _package()
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with safe_open(folder / WEIGHTS, framework="numpy") as weights:
        table = weights.get_tensor("embedding.weight")

    def vector(tokens: list[int]) -> list[float]:
        if not tokens:
            return [0.0] * DIMENSION
        mean = table[tokens].astype(numpy.float32).mean(axis=0)
        direction: list[float] = (mean / numpy.linalg.norm(mean)).tolist()
        return direction

    def embed(texts: Sequence[str]) -> list[list[float]]:
        encoded = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [vector(text.ids) for text in encoded]

    return embed


def _package() -> Path:
    found = find_spec("wordllama")
    folder = Path(found.origin).parent if found and found.origin else Path("wordllama")
    for file in (WEIGHTS, TOKENIZER):
        if not (folder / file).is_file():
            raise ModelIsMissing(f"{MODEL}: there is no {file}; install the package wordllama anew")
    return folder
