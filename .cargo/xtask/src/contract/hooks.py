"""What Schemathesis does around each request: sessions that may be ended."""

import functools
import json
import os
import sys
import urllib.request

import requests
import schemathesis

API = os.environ["API"] + "/api/v1"
ROLE = os.environ.get("ROLE", "")
TOKEN = os.environ.get("ROLE_TOKEN")
# What ends sessions, or an account. Each request has a session of its own, of another account of
# the same role, so that none ends the session that all else is tried with.
ENDS = {"auth.logout", "auth.sessions.end", "users.erase"}
LEAVER = ROLE + "-leaver"
# An administrator who gives away their own role could try nothing more.
CHANGES_ROLE = "admin.users.role"
VICTIM = "victim"


def log_in(name):
    body = {"email": name + "@example.com", "password": os.environ["ROLE_PASSWORD"]}
    request = urllib.request.Request(
        API + "/auth/login", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        answer = json.load(answer)
    return "Bearer " + answer["accessToken"], answer["user"]["id"]


@functools.cache
def id_of(name):
    return log_in(name)[1]


@functools.cache
def own_id():
    request = urllib.request.Request(API + "/users/me", headers={"Authorization": TOKEN})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["id"]


class Leaving(requests.auth.AuthBase):
    """Sends the request as somebody who may leave, unless it is tried with another token or none."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        if request.headers.get("Authorization") == TOKEN:
            request.headers["Authorization"] = self.token
        return request


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    if TOKEN and operation in ENDS:
        token, leaver_id = log_in(LEAVER)
        kwargs["auth"] = Leaving(token)
        # Logging in again takes back what this asks for.
        if (case.path_parameters or {}).get("id") == own_id():
            case.path_parameters["id"] = leaver_id
    if TOKEN and operation == CHANGES_ROLE and case.path_parameters.get("id") == own_id():
        case.path_parameters["id"] = id_of(VICTIM)


if __name__ == "__main__":
    if sys.argv[1] == "log-in":
        print(log_in(ROLE)[0])
    else:
        # Whether the token is still good: without it, most of what was tried was nothing.
        own_id()
