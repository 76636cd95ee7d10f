"""The server that a token belongs to; asking for it is how a client sees whether it is let in."""

from starlette.responses import JSONResponse, Response

from sandboxes.kit.sandbox import Call
from sandboxes.postmark.access import token

SERVER_ID = 1
HOOKS = ("Inbound", "Bounce", "Open", "Delivery", "Click")


async def get_server(call: Call) -> Response:
    """The contract lacks DeliveryType and the two switches for hooks; the documentation has them.
    The colour is in the contract's lower case."""
    return JSONResponse(
        {
            "ID": SERVER_ID,
            "Name": "Sandbox",
            "ApiTokens": [token(call)],
            "Color": "green",
            "SmtpApiActivated": False,
            "RawEmailEnabled": False,
            "DeliveryType": "Sandbox",
            "ServerLink": "https://account.postmarkapp.com/servers/1/streams",
            "InboundAddress": "sandbox@inbound.example",
            **{f"{hook}HookUrl": "" for hook in HOOKS},
            "PostFirstOpenOnly": False,
            "InboundDomain": "",
            "InboundHash": "sandbox",
            "InboundSpamThreshold": 0,
            "TrackOpens": False,
            "TrackLinks": "None",
            "IncludeBounceContentInHook": False,
            "EnableSmtpApiErrorHooks": False,
        }
    )
