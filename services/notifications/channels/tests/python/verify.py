"""Checks webhooks with the library of Standard Webhooks. On standard input, one JSON object a line: secret, headers, body.
On standard output for each: whether it verifies, and what is in it or why not."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

for line in sys.stdin:
    asked = json.loads(line)
    try:
        content = Webhook(asked["secret"]).verify(asked["body"], asked["headers"])
        print(json.dumps({"verifies": True, "content": content}))
    except WebhookVerificationError as error:
        print(json.dumps({"verifies": False, "why": str(error)}))
