"""What stands in for a language model answers from what it was given, the same each time."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandboxes.kit.language.answering import Turn, answer
from sandboxes.kit.language.instances import CannotMake, instance
from sandboxes.kit.language.sources import read_sources
from sandboxes.kit.language.tokens import tokens, words

KATA = "A kata is a sequence of movements practised alone. It teaches form and breathing."
GI = "A gi should be a size larger than you think. Cotton shrinks when it is washed."

PROMPTS = {
    "JSON": f"Sources: {json.dumps([{'id': 'k', 'title': 'Kata', 'content': KATA}])}"
    f" and {json.dumps({'results': [{'id': 'g', 'title': 'Gi', 'snippet': GI}]})}",
    "elements": f'<source id="k" title="Kata">{KATA}</source>\n'
    f"<document><id>g</id><title>Gi</title>{GI}</document>",
    "brackets": f"[k] Kata\n{KATA}\n\n[g] Gi\n{GI}",
    "names": f"Source k:\n\n[k] Kata: \nURL: /blog/kata\nContent: {KATA}\n\n[g] Gi\n{GI}",
    "labels": f"ID: k\nTitle: Kata\n{KATA}\n\n---\n\nTitle: Gi\nID: g\nText: {GI}",
}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
async def test_sources_are_found_however_they_are_marked(prompt: str) -> None:
    sources, rest = read_sources(f"Answer from these.\n\n{prompt}\n\nWhy does my uniform shrink?")
    assert [(source.mark, source.title, source.text) for source in sources] == [
        ("k", "Kata", KATA),
        ("g", "Gi", GI),
    ]
    assert rest.split()[-5:] == ["Why", "does", "my", "uniform", "shrink?"]
    assert KATA not in rest


async def test_the_answer_is_the_nearest_sentence_with_its_mark() -> None:
    asked = [
        Turn("system", f"Cite by number.\n\n[1] Kata\n{KATA}\n\n[2] Gi\n{GI}"),
        Turn("user", "Why does my cotton uniform shrink?"),
    ]
    said = await answer(asked, "OpenAI")
    assert said.text.startswith("Cotton shrinks when it is washed. [2]")
    assert said.cited[0] == "2"
    assert said == await answer(asked, "OpenAI")


async def test_a_question_is_told_from_the_instructions_around_it() -> None:
    prompt = f"Use the sources.\n\n[1] Gi\n{GI}\n\nQuestion: What size of gi?\n\nBe brief."
    assert (await answer([Turn("user", prompt)], "OpenAI")).question == "What size of gi?"
    prompt = f"[1] Gi\n{GI}\n\nWhich one shall I buy?\nAnswer in one sentence."
    assert (await answer([Turn("user", prompt)], "OpenAI")).question == "Which one shall I buy?"


async def test_what_the_assistant_said_is_no_source() -> None:
    asked = [Turn("user", "Hello"), Turn("assistant", f"[1] Gi\n{GI}"), Turn("user", "A gi?")]
    assert (await answer(asked, "OpenAI")).cited == ()


async def test_what_no_source_is_about_is_not_answered() -> None:
    asked = [Turn("user", f"[1] Gi\n{GI}\n\nWhat did Schrödinger's equation predict?")]
    said = await answer(asked, "OpenAI")
    assert (said.text[:29], said.cited) == ("None of the sources given say", ())


async def test_without_sources_it_says_what_it_is() -> None:
    said = await answer([Turn("user", "Hello there")], "OpenAI")
    assert "This is the OpenAI sandbox, which is no language model" in said.text
    assert "“Hello there”" in said.text
    assert "It was asked nothing" in (await answer([], "OpenAI")).text


@given(st.text())
def test_tokens_and_words_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text
    assert "".join(words(text)) == text


SCHEMAS: dict[str, dict[str, Any]] = {
    "object": {
        "type": "object",
        "properties": {
            "answer": {"type": "string"},
            "sources": {"type": "array", "items": {"type": "string"}, "minItems": 2},
            "sure": {"type": "boolean"},
            "grade": {"enum": ["kyu", "dan"]},
            "kind": {"const": "kata"},
            "at": {"type": "string", "format": "date-time"},
            "none": {"type": "null"},
            "short": {"type": "string", "maxLength": 3},
            "long": {"type": "string", "minLength": 40},
            "age": {"type": "integer", "minimum": 5, "exclusiveMaximum": 7},
            "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            "either": {"anyOf": [{"type": "string", "pattern": "x"}, {"type": "integer"}]},
            "nullable": {"type": ["string", "null"]},
        },
        "required": ["answer", "sources", "sure", "grade", "kind", "at", "none", "short", "long"]
        + ["age", "share", "either", "nullable"],
        "additionalProperties": False,
    },
    "tree": {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "below": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                    "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                },
                "required": ["name", "below", "next"],
            }
        },
    },
    "anything": {"type": "object", "required": ["found"]},
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_an_instance_is_valid(schema: dict[str, Any]) -> None:
    made = instance(schema, "Bow, then enter.")
    jsonschema_rs.validate(schema, made)
    assert "Bow" in json.dumps(made)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "pattern": "^a$"}, r"\$ has the rule 'pattern'"),
        ({"type": "string", "format": "iri"}, r"\$ is of the format 'iri'"),
        ({"type": "string", "minLength": 5, "maxLength": 4}, "longer than 4"),
        ({"type": "array", "items": {"type": "x"}, "minItems": 1}, r"\$\[0\] is of the type 'x'"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, "more than 1 items"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "leave nothing"),
        ({"oneOf": [{"type": "string"}]}, "type None"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}}, r"\$\.a refers to"),
        ({"$ref": "https://wwmaa.example/schema"}, "refers to"),
        ({"$ref": "#"}, "goes round in circles"),
        ({"type": "object", "properties": {"a": False}}, r"\$\.a may not be there"),
    ],
)
def test_a_schema_with_unknown_rules_is_refused(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(CannotMake, match=words):
        instance(schema, "Bow.")
