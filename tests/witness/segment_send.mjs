// Sends a story with the published destination, unmodified, over HTTPS.
//   node segment_send.mjs MODULES AUTHORITY DATABASE TOKEN STORY
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , modules, apiUri, databaseId, privateToken, path] = process.argv;
const require = createRequire(`${modules}/`);
const { default: definition } = require(
  `${modules}/node_modules/@segment/action-destinations/dist/destinations/recombee`,
);
const { Destination } = require("@segment/actions-core");
const destination = new Destination(definition);
const settings = { databaseId, privateToken, databaseRegion: "custom", apiUri };
const { presets } = definition;

async function play({ event, batch, events, delete: deletion }) {
  if (deletion) return destination.onDelete(deletion, settings);
  if (event) return destination.onEvent(event, { ...settings, subscriptions: presets });
  const subscription = presets.find((preset) => preset.name === batch);
  return destination.onBatch(events, { ...settings, subscription });
}

await destination.testAuthentication(settings);
for (const step of JSON.parse(readFileSync(path, "utf8"))) {
  try {
    await play(step);
  } catch (error) {
    // What the destination refuses itself never arrives, what the API refuses is in its journal.
    if (error.response === undefined && error.status !== 400) throw error;
  }
}
