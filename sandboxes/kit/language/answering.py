"""An answer made of what was given: sentences of the sources that are nearest to the question.

It is extractive, so that whoever tries search on staging reads something that is true of the
association's own articles, with the marks of those that it was taken from.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sandboxes.kit.embedding import DIMENSION, embed
from sandboxes.kit.language.sources import Source, read_sources

ASKED = re.compile(
    r"^\W*(?:question|query|q|user question)\W*:\s*(.+)$", re.IGNORECASE | re.MULTILINE
)
TAG = re.compile(r"</?\w+>")
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
MOST_SENTENCES = 3
NEAR = 0.2
"""The cosine from which a sentence is taken to be about the question."""
QUOTED = 200
SHORTEST = 20


@dataclass(frozen=True)
class Turn:
    """One message of a conversation: who speaks, and the text of it."""

    role: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What is said, to which question, and the sources that it cites."""

    text: str
    question: str
    cited: tuple[str, ...] = ()


async def answer(turns: Sequence[Turn], speaker: str) -> Answer:
    """The answer to the last question of a conversation; `speaker` says whose sandbox this is."""
    told = [turn.text for turn in turns if turn.role != "assistant"]
    sources = [source for text in told for source in read_sources(text)[0]]
    question = _question(turns)
    if not sources:
        return Answer(_without_sources(question, speaker), question)
    nearest = await _nearest(question, sources)
    if not nearest:
        words = f"None of the sources given says anything close to “{_short(question)}”."
        return Answer(words, question)
    text = " ".join(f"{sentence} [{source.mark}]" for sentence, source in nearest)
    return Answer(text, question, tuple(dict.fromkeys(source.mark for _, source in nearest)))


def _question(turns: Sequence[Turn]) -> str:
    said = [turn.text for turn in turns if turn.role == "user"] or [turn.text for turn in turns]
    rest = read_sources(said[-1])[1] if said else ""
    lines = [line.strip() for line in TAG.sub("", rest).splitlines()]
    named = ASKED.search(rest)
    asked = named[1] if named else next((line for line in lines[::-1] if line.endswith("?")), None)
    return " ".join((asked or " ".join(lines)).split())


def _without_sources(question: str, speaker: str) -> str:
    asked = f"It was asked “{_short(question)}”" if question else "It was asked nothing"
    return (
        f"This is the {speaker} sandbox, which is no language model. {asked}, and given no sources"
        " that it could answer from."
    )


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else text[:QUOTED].rsplit(" ", 1)[0] + " …"


async def _nearest(question: str, sources: Sequence[Source]) -> list[tuple[str, Source]]:
    """The sentences nearest to the question, the best first, two of one source at most."""
    all_ = [(sentence, source) for source in sources for sentence in _sentences(source)]
    asked, *given = await embed(
        [question, *(f"{source.title} {sentence}" for sentence, source in all_)], DIMENSION
    )
    near = [sum(a * b for a, b in zip(asked, each, strict=True)) for each in given]
    order = sorted(range(len(all_)), key=lambda at: -near[at])
    chosen: list[tuple[str, Source]] = []
    for at in order:
        sentence, source = all_[at]
        if near[at] < NEAR or len(chosen) == MOST_SENTENCES:
            break
        if [each for _, each in chosen].count(source) < 2:
            chosen.append((sentence, source))
    return chosen


def _sentences(source: Source) -> list[str]:
    """The sentences of a source; headings and other scraps are none."""
    found = [" ".join(each.split()).strip("#*>- ") for each in SENTENCE.split(source.text)]
    whole = [each for each in found if len(each) >= SHORTEST]
    return list(dict.fromkeys(whole)) or [" ".join(source.text.split())]
