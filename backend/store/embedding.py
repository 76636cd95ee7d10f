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
    with safe_open(folder / WEIGHTS, framework="numpy") as weights:
        table = weights.get_tensor("embedding.weight").astype(numpy.float32)

    @lru_cache(WORDS_KEPT)
    def tokens(word: str) -> list[int]:
        return tokenizer.encode(word, add_special_tokens=False).ids

    def vector(text: str) -> list[float]:
        # No token reaches over a space, so that a text's tokens are those of its words.
        together = [token for word in text.split() for token in tokens(word)]
        if not together:
            return [0.0] * DIMENSION
        # Only the direction matters, and a sum has that of the mean.
        total = table.take(together, axis=0).sum(axis=0)
        direction: list[float] = (total / numpy.linalg.norm(total)).tolist()
        return direction

    return lambda texts: list(map(vector, texts))


def _package() -> Path:
    found = find_spec("wordllama")
    folder = Path(found.origin).parent if found and found.origin else Path("wordllama")
    for file in (WEIGHTS, TOKENIZER):
        if not (folder / file).is_file():
            raise ModelIsMissing(f"{MODEL}: there is no {file}; install the package wordllama anew")
    return folder
