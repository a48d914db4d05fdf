"""setWebhook, deleteWebhook and getWebhookInfo; the deliveries are next door, in ``webhooks``."""

import re
from typing import Literal

from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.messages import JsonObject
from tests.fakes.telegram.registry import method
from tests.fakes.telegram.wire import Params
from tests.fakes.telegram.world import Hook, World


@method("setWebhook")
def set_webhook(world: World, params: Params) -> Literal[True]:
    """Deliver updates to an address from now on; it may be http, as for a Bot API server of one's own."""
    url, secret = params.text("url"), params.text("secret_token")
    if not url:
        return delete_webhook(world, params)
    if not re.match(r"https?://[^/]", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if (allowed := params.json_array("allowed_updates")) is not None:
        world.updates.allowed = frozenset(allowed)
    _drop_if_asked(world, params)
    hook = Hook(url, secret, params.bounded("max_connections", 40, 1, 100))
    if world.hook is None or (world.hook.url, world.hook.secret) != (url, secret):
        world.hook = hook
    world.changes.notify()
    return True


@method("deleteWebhook")
def delete_webhook(world: World, params: Params) -> Literal[True]:
    """Deliver no more; the waiting updates may be dropped."""
    _drop_if_asked(world, params)
    world.hook = None
    world.changes.notify()
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, params: Params) -> JsonObject:
    """The webhook, if there is one, and how many updates wait."""
    found: JsonObject = {
        "url": world.hook.url if world.hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }
    if world.hook is not None and world.hook.last_error is not None:
        found |= {
            "last_error_date": world.hook.last_error_date,
            "last_error_message": world.hook.last_error,
            "max_connections": world.hook.max_connections,
        }
    return found


def _drop_if_asked(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates") and world.updates.waiting:
        world.updates.acknowledge(world.updates.waiting[-1]["update_id"] + 1)
