"""What Schemathesis does around each request: sessions that may be ended."""

import json
import os
import sys
import urllib.request

import schemathesis

API = os.environ["API"] + "/api/v1"
# What ends the session that asks; each request has one of its own.
ENDS = {"auth.logout", "auth.sessions.end"}


def log_in():
    body = {"email": os.environ["ROLE_EMAIL"], "password": os.environ["ROLE_PASSWORD"]}
    request = urllib.request.Request(
        API + "/auth/login", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return "Bearer " + json.load(answer)["accessToken"]


@schemathesis.hook
def before_call(context, case, kwargs):
    token = os.environ.get("ROLE_TOKEN")
    operation = case.operation.definition.raw.get("operationId")
    # Those that are tried without a token, or with a made-up one, stay as they are.
    if token and operation in ENDS and (case.headers or {}).get("Authorization") == token:
        kwargs["headers"] = {**(kwargs.get("headers") or {}), "Authorization": log_in()}


if __name__ == "__main__":
    if sys.argv[1] == "log-in":
        print(log_in())
    else:
        # Whether the token is still good: without it, most of what was tried was nothing.
        urllib.request.urlopen(
            urllib.request.Request(
                API + "/users/me", headers={"Authorization": os.environ["ROLE_TOKEN"]}
            )
        )
