"""A mail server for one test: aiosmtpd on a free port. What happens is told as one JSON object a line on standard output.
It ends when its standard input does.

Its one argument is a JSON object: cert, key (files), implicit, starttls, require_starttls, utf8 (bools), user, password,
timeout (seconds after which it ends an idle connection).
How it takes a letter depends on the receiver's local part: see `Handler`.
"""

import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def tell(**what):
    print(json.dumps(what), flush=True)


def letter(envelope):
    """The letter as Python's own library reads it."""
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    bodies = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "content_type": message.get_content_type(),
        "text": bodies.get("text/plain"),
        "html": bodies.get("text/html"),
        "defects": [str(defect) for defect in message.defects],
        "is_ascii": envelope.content.isascii(),
    }


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        refusals = {
            "unknown": "550 5.1.1 <%s> is nobody here" % address,
            "unwanted": "550 5.7.1 we do not want that for %s" % address,
            "later": "450 4.2.1 %s gets too much" % address,
        }
        refusal = refusals.get(address.split("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        local = envelope.rcpt_tos[0].split("@")[0]
        if local == "slow":
            tell(event="holding")
            await asyncio.Event().wait()
        answers = {"spam": "554 5.7.1 looks like spam", "big": "552 5.3.4 too big", "busy": "452 4.3.1 no room now"}
        if local in answers:
            return answers[local]
        tell(
            event="letter",
            connection=session.peer[1],
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            hello=session.host_name,
            tls=session.ssl is not None or OPTIONS.get("implicit", False),
            authenticated=bool(session.authenticated),
            **letter(envelope),
        )
        return "250 OK"


class Server(SMTP):
    def connection_made(self, transport):
        tell(event="connected")
        super().connection_made(transport)

    def connection_lost(self, error):
        tell(event="closed")
        super().connection_lost(error)

    async def smtp_MAIL(self, arg):
        tell(event="mail")
        await super().smtp_MAIL(arg)


def authenticate(server, session, envelope, mechanism, data):
    given = (data.login.decode(), data.password.decode())
    tell(event="login")
    # Not handled: the server itself is to say that it refuses.
    return AuthResult(success=given == (OPTIONS["user"], OPTIONS["password"]), handled=False)


def make_server():
    context = None
    if OPTIONS.get("starttls"):
        context = tls_context()
    return Server(
        Handler(),
        hostname="mail.example",
        enable_SMTPUTF8=OPTIONS.get("utf8", False),
        tls_context=context,
        timeout=OPTIONS.get("timeout", 300),
        require_starttls=OPTIONS.get("require_starttls", False),
        authenticator=authenticate if "user" in OPTIONS else None,
        auth_required="user" in OPTIONS,
        auth_require_tls=context is not None,
    )


def tls_context():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(OPTIONS["cert"], OPTIONS["key"])
    return context


async def main():
    loop = asyncio.get_running_loop()
    context = tls_context() if OPTIONS.get("implicit") else None
    server = await loop.create_server(make_server, "127.0.0.1", 0, ssl=context)
    tell(event="ready", port=server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


# Clients that break off are what the tests are about.
logging.disable()
OPTIONS = json.loads(sys.argv[1])
asyncio.run(main())
