"""The client of Clientela, the headless customer base for online shops. `Clientela` waits for its answers,
`AsyncClientela` is awaited; `models` has what goes in and comes out, `errors` what may be raised."""

from clientela import models as models
from clientela.client import AsyncClientela as AsyncClientela, Clientela as Clientela
from clientela.errors import *  # noqa: F403
from clientela.webhooks import verify_webhook as verify_webhook
