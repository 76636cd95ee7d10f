"""AINative's AI Registry, imitated from https://docs.ainative.studio/docs/api/chat-completions and
from what AINative's own clients send. Little is published; what is assumed is said below."""

from sandboxes.ai_registry.access import admit, spelled
from sandboxes.ai_registry.chat import create_chat_completion
from sandboxes.ai_registry.errors import as_status
from sandboxes.ai_registry.models import list_models
from sandboxes.kit.language.exchanges import exchange_pages, latest_exchanges
from sandboxes.kit.sandbox import MIB, Operation, Sandbox

AI_REGISTRY = Sandbox(
    name="ai_registry",
    operations=(
        Operation("listModels", "GET", "/v1/models", list_models, is_open=True),
        Operation(
            "createChatCompletion",
            "POST",
            "/v1/chat/completions",
            create_chat_completion,
            body_limit=16 * MIB,
        ),
    ),
    about="Offers language models of many makers, and answers for each as the sandbox of OpenAI"
    " does: with sentences of the sources that the prompt carries. Every path is known by all the"
    " prefixes that AINative's documents use: `/v1`, `/api/v1`, `/v1/public`, `/api/v1/public`."
    " The catalogue is public; for the rest any key will do that does not look live, as `X-API-Key`"
    " or as a bearer. Assumed, since nothing is published: the errors but that of a wrong key and"
    " of an invalid body, that an unknown model is a 404, and that answers have all of OpenAI's"
    " fields.",
    does_not=(
        "parameters that AINative does not document, messages in Anthropic's format, and keys of"
        " other providers",
        "credits, plans, rate limits but by a fault, and tools by its own choice",
        "embeddings, which are ZeroDB's; pictures, sound, video, agents and memory",
    ),
    error=as_status,
    admit=admit,
    spelled=spelled,
    pages=exchange_pages,
    doors=(("AI Registry", "/ai_registry"),),
    lately=latest_exchanges,
)
