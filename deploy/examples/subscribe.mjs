// Reads a department's feed, from where it stopped last time, and prints each event as a line of JSON.
//
//     npm install @nats-io/jetstream @nats-io/transport-node
//     node subscribe.mjs --server nats://localhost:4222 --user feed-it --password-file it.password \
//         --api-prefix feed.API --department it
//
// The consumer is durable: the server remembers which events were acknowledged, and hands out one at a time, so that they come
// in order whatever dies. An event may come again if this program dies between handling it and saying so; its id is the same
// then, so who handles events has to know the ids of those it handled.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const STREAM = "khidma-feed";

const text = { type: "string" };
const { values: asked } = parseArgs({
  options: {
    server: text,
    user: text,
    "password-file": text,
    department: text,
    // Which events: requests.submitted, sla.> (default: all).
    only: { ...text, default: ">" },
    // Of another consumer, A or B: two with one name share its events.
    name: text,
    // Of JetStream; feed.API for an account of deploy/nats.
    "api-prefix": { ...text, default: "$JS.API" },
    // Stop after so many.
    count: text,
  },
});

const access = asked.user
  ? { user: asked.user, pass: readFileSync(asked["password-file"], "utf8").trim() }
  : {};
const connection = await connect({
  servers: asked.server,
  ...access,
});

// Made if it is not there. It has the department's name, or that and A or B: others are not permitted.
const name = asked.name ? `${asked.department}-${asked.name}` : asked.department;
const api = { checkAPI: false, apiPrefix: asked["api-prefix"] };
const manager = await jetstreamManager(connection, api);
await manager.consumers.add(STREAM, {
  name,
  durable_name: name,
  filter_subject: `khidma.feed.${asked.department}.${asked.only}`,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  // The next one comes when this one is acknowledged. With more on the way, those that were not acknowledged would come again
  // after later ones.
  max_ack_pending: 1,
});

// The CloudEvent: its attributes are headers, its data is the body.
function event(message) {
  const attributes = {};
  for (const [key, [value]] of message.headers) {
    if (key.startsWith("ce-")) attributes[key.slice(3)] = value;
  }
  return { ...attributes, data: message.json() };
}

const consumer = await jetstream(connection, api).consumers.get(STREAM, name);
const count = asked.count ? Number(asked.count) : Infinity;
for (let handled = 0; handled < count; ) {
  const message = await consumer.next({ expires: 5000 });
  if (!message) continue;
  console.log(JSON.stringify(event(message)));
  // Only now: what was not acknowledged comes again.
  await message.ackAck();
  handled += 1;
}
await connection.close();
