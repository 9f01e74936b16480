"""A mail server which keeps what it takes as files, by aiosmtpd.

Arguments: folder, port of the open line, port with STARTTLS, port with TLS, certificate, key.
The lines with TLS want the user `veza` with the password `p@ss`.
"""

import asyncio
import os
import ssl
import sys
import time

from aiosmtpd.smtp import AuthResult, SMTP

folder, *ports, certificate, key = sys.argv[1:]


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("banned@"):
            return "550 5.7.1 this sender may not send here"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "unknown":
            return f"550 5.1.1 <{address}>: no such mailbox"
        if name == "later":
            return "451 4.3.0 come back later"
        if name == "slow":
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("spam@"):
            return "554 5.7.1 this looks like spam"
        name = f"{time.time_ns():020}.eml"
        part = os.path.join(folder, "." + name)
        with open(part, "wb") as file:
            file.write(envelope.content)
        os.rename(part, os.path.join(folder, name))
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"veza", b"p@ss"))


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    lines = [
        ({}, None),
        ({"tls_context": tls, "require_starttls": True}, None),
        ({"auth_require_tls": False}, tls),
    ]
    servers = []
    for port, (options, wrapper) in zip(ports, lines):
        if options:
            options |= {"authenticator": authenticate, "auth_required": True}
        factory = lambda options=options: SMTP(Handler(), enable_SMTPUTF8=False, loop=loop, **options)
        servers.append(await loop.create_server(factory, "127.0.0.1", int(port), ssl=wrapper))
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
