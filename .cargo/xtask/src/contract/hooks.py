"""What Schemathesis does around each request: sessions that may be ended."""

import json
import os
import urllib.request

import schemathesis

# What ends the session that asks; each request has one of its own.
ENDS = {"auth.logout", "auth.sessions.end"}


def log_in():
    body = {"email": os.environ["ROLE_EMAIL"], "password": os.environ["ROLE_PASSWORD"]}
    request = urllib.request.Request(
        os.environ["API"] + "/api/v1/auth/login",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["accessToken"]


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    headers = kwargs.get("headers") or {}
    # Those that are tried without a token, or with a made-up one, stay as they are.
    if operation in ENDS and headers.get("Authorization") == os.environ.get("ROLE_TOKEN"):
        kwargs["headers"] = {**headers, "Authorization": "Bearer " + log_in()}


if __name__ == "__main__":
    print(log_in())
