"""OpenAI, imitated from https://platform.openai.com/docs/api-reference and its OpenAPI contract."""

from sandboxes.kit.language.exchanges import exchange_pages, latest_exchanges
from sandboxes.kit.sandbox import MIB, Operation, Sandbox
from sandboxes.openai.access import admit, stamp
from sandboxes.openai.chat import create_chat_completion
from sandboxes.openai.embeddings import create_embedding
from sandboxes.openai.errors import as_status
from sandboxes.openai.models import list_models, retrieve_model
from sandboxes.openai.responses import create_response, delete_response, get_response

OPENAI = Sandbox(
    name="openai",
    operations=(  # Named as OpenAI's contract names them.
        Operation(
            "createEmbedding", "POST", "/v1/embeddings", create_embedding, body_limit=16 * MIB
        ),
        Operation(
            "createChatCompletion",
            "POST",
            "/v1/chat/completions",
            create_chat_completion,
            body_limit=16 * MIB,
        ),
        Operation("createResponse", "POST", "/v1/responses", create_response, body_limit=16 * MIB),
        Operation("getResponse", "GET", "/v1/responses/{response_id}", get_response),
        Operation("deleteResponse", "DELETE", "/v1/responses/{response_id}", delete_response),
        Operation("listModels", "GET", "/v1/models", list_models),
        Operation("retrieveModel", "GET", "/v1/models/{model}", retrieve_model),
    ),
    about="Embeds and writes, the same each time. Embeddings are real ones, of the offline model"
    " wordllama-256 in the dimension that is asked for: what is alike in meaning lies near, but"
    " they are not OpenAI's numbers. Answers are no language model's: where the prompt carries"
    " sources (JSON, `<source>`, `[1] Title`, or lines `Title:`), the sentences nearest to the"
    " question with the marks of their sources, else a sentence that says what was asked. A JSON"
    " schema, or a function that must be called, is answered with a valid instance. Any key is"
    " accepted that does not look live; `sandbox-quota-spent` has no credit left.",
    does_not=(
        "call a function by its own choice, remember conversations, or use built-in tools",
        "pictures, sounds, files, logprobs, moderations, batches, fine-tuning and assistants",
        "count tokens as OpenAI does: six letters or one sign are one token, by a rule of thumb",
        "embed token numbers as the text that they stand for: they are near to each other alone",
    ),
    error=as_status,
    admit=admit,
    stamp=stamp,
    pages=exchange_pages,
    doors=(("OpenAI", "/openai"),),
    lately=latest_exchanges,
)
