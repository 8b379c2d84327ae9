r"""Reads a department's feed, from where it stopped last time, and prints each event as a line of JSON.

    pip install nats-py
    python subscribe.py --server nats://localhost:4222 --user feed-it --password-file it.password \
        --api-prefix feed.API --department it

The consumer is durable: the server remembers which events were acknowledged, and hands out one at a time, so that they come
in order whatever dies. An event may come again if this program dies between handling it and saying so; its id is the same
then, so who handles events has to know the ids of those it handled.
"""

import argparse
import asyncio
import json
import pathlib

import nats
from nats.errors import TimeoutError as NothingCame
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

STREAM = "khidma-feed"


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True)
    parser.add_argument("--user")
    parser.add_argument("--password-file", type=pathlib.Path)
    parser.add_argument("--department", required=True)
    parser.add_argument("--only", default=">", help="which events: requests.submitted, sla.> (default: all)")
    parser.add_argument("--name", choices=["A", "B"], help="of another consumer: two with one name share its events")
    parser.add_argument("--api-prefix", default="$JS.API", help="of JetStream; feed.API for an account of deploy/nats")
    parser.add_argument("--count", type=int, help="stop after so many")
    return parser.parse_args()


async def consumer(js, asked):
    """The consumer, made if it is not there. It has the department's name, or that and A or B: others are not permitted."""
    name = f"{asked.department}-{asked.name}" if asked.name else asked.department
    config = ConsumerConfig(
        name=name,
        durable_name=name,
        filter_subject=f"khidma.feed.{asked.department}.{asked.only}",
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.ALL,
        # The next one comes when this one is acknowledged. With more on the way, those that were not acknowledged would come
        # again after later ones.
        max_ack_pending=1,
    )
    await js.add_consumer(STREAM, config)
    return await js.pull_subscribe_bind(config.durable_name, stream=STREAM)


def event(message):
    """The CloudEvent: its attributes are headers, its data is the body."""
    attributes = {name[3:]: value for name, value in message.headers.items() if name.startswith("ce-")}
    return {**attributes, "data": json.loads(message.data)}


async def main():
    asked = options()
    access = {}
    if asked.user:
        access = {"user": asked.user, "password": asked.password_file.read_text().strip()}
    connection = await nats.connect(asked.server, **access)
    subscription = await consumer(connection.jetstream(prefix=asked.api_prefix), asked)
    handled = 0
    while asked.count is None or handled < asked.count:
        try:
            (message,) = await subscription.fetch(1, timeout=5)
        except NothingCame:
            continue
        print(json.dumps(event(message)), flush=True)
        # Only now: what was not acknowledged comes again.
        await message.ack_sync()
        handled += 1
    await connection.close()


asyncio.run(main())
