"""The Bot API's refusals, worded as Telegram words them."""

from typing import Any

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WRONG_FILE = "wrong file identifier/HTTP URL specified"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"

BESIDE_A_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class ApiError(Exception):
    """An answer ``{"ok": false, …}``; its HTTP status is ``code``; 429 has the parameter ``retry_after``."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(message: str) -> ApiError:
    """400; the first letter becomes small unless the second one is a capital (as the real server does)."""
    return ApiError(400, f"Bad Request: {_decapitalised(message)}")


def forbidden(message: str) -> ApiError:
    """403."""
    return ApiError(403, f"Forbidden: {_decapitalised(message)}")


def too_large() -> ApiError:
    """413, of a request that is over the upload limit."""
    return ApiError(413, "Request Entity Too Large")


def unauthorized() -> ApiError:
    """401, of a token that is none of ours."""
    return ApiError(401, "Unauthorized")


def no_such_method() -> ApiError:
    """404, of a method that the double does not implement: it succeeds at nothing that it does not do."""
    return ApiError(404, "Not Found: method not found")


def _decapitalised(message: str) -> str:
    if len(message) > 1 and (message[1] == "_" or "A" <= message[1] <= "Z"):
        return message
    return message[:1].lower() + message[1:]
