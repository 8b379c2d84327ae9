"""Prints what stands in the stream of feeds, in its order: one line of JSON a message, with its subject and attributes."""

import argparse
import asyncio
import json
import sys

import nats


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--stream", default="khidma-feed")
    asked = parser.parse_args()
    connection = await nats.connect(asked.server, pending_size=64 << 20)
    stream = connection.jetstream()
    state = (await stream.stream_info(asked.stream)).state
    # No limit on what waits here: whoever reads slowly would be taken for dead.
    messages = await stream.subscribe(
        "khidma.feed.>", stream=asked.stream, ordered_consumer=True, pending_msgs_limit=-1, pending_bytes_limit=-1
    )
    for _ in range(state.messages):
        message = await messages.next_msg(timeout=20)
        said = {"feed": message.subject, "sequence": message.metadata.sequence.stream}
        said.update((name[3:], value) for name, value in message.headers.items() if name.startswith("ce-"))
        sys.stdout.write(json.dumps(said) + "\n")
    await connection.close()


asyncio.run(main())
