// Segment's published destination, measured as segment_map.py measures ours.
//   node segment_node.mjs MODULES KIND EVENTS
// KIND is how much of its work is measured, on one thread:
//   map  the mapping that the event is for is known; resolve it, remove what is empty, validate
//   one  the framework is told of that mapping alone, and goes on to the request
//   all  the framework is told of all the presets, as it is when they are all switched on
// What is sent is answered at once, and not signed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , modules, kind, path] = process.argv;
const require = createRequire(`${modules}/`);
const unsigned = { update: () => unsigned, digest: () => "" };
require("crypto").createHmac = () => unsigned;
const inside = (name) => require(`${modules}/node_modules/@segment/${name}`);
const { default: definition } = inside("action-destinations/dist/destinations/recombee");
const { Destination } = require("@segment/actions-core");
const { transform } = inside("actions-core/dist/cjs/mapping-kit");
const { removeEmptyValues } = inside("actions-core/dist/cjs/remove-empty-values");
const { validateSchema } = inside("actions-core/dist/cjs/schema-validation");
const { parseFql, validate } = require("@segment/destination-subscriptions");

const destination = new Destination(definition);
const answer = { headers: { get: () => "application/json" }, json: async () => "ok" };
const request = async () => answer;
for (const action of Object.values(destination.actions)) action.createRequestClient = () => request;

const { presets } = definition;
const queries = presets.map((preset) => parseFql(preset.subscribe));
const lines = readFileSync(path, "utf8").trimEnd().split("\n");
const events = lines.slice(0, kind === "map" ? undefined : 10_000).map((line) => JSON.parse(line));
const settings = { databaseId: "db", privateToken: "token", databaseRegion: "eu-west" };
const own = events.map((event) => presets[queries.findIndex((query) => validate(query, event))]);

const works = {
  map() {
    for (let at = 0; at < events.length; at++) {
      const { partnerAction, mapping } = own[at];
      const { schema } = destination.actions[partnerAction];
      const payload = removeEmptyValues(transform(mapping, events[at]), schema, true);
      validateSchema(payload, schema, { schemaKey: partnerAction });
    }
  },
  async one() {
    for (let at = 0; at < events.length; at++) {
      await destination.onEvent(events[at], { ...settings, subscription: own[at] });
    }
  },
  async all() {
    for (const event of events) {
      await destination.onEvent(event, { ...settings, subscriptions: presets });
    }
  },
};

let best = Infinity;
for (let round = 0; round <= 3; round++) {
  const begun = performance.now();
  await works[kind]();
  if (round) best = Math.min(best, (performance.now() - begun) / 1000);
}
console.log(JSON.stringify({ rate: events.length / best }));
