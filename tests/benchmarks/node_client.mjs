// The official Node client, measured as clients.py measures the others.
//   node node_client.mjs MODULE_DIRECTORY SCENARIO PORT
import { createRequire } from "node:module";

const [, , modules, scenario, port] = process.argv;
const { ApiClient, requests } = createRequire(`${modules}/`)("recombee-api-client");
const client = new ApiClient("bench-db", "bench-token-0123456789abcdef", {
  baseUri: `localhost:${port}`,
  protocol: "http",
});
const optional = { timestamp: 1_700_000_000.5, cascadeCreate: true };
const view = (user, item) => new requests.AddDetailView(user, item, optional);

async function singles(until) {
  let done = 0;
  const task = async () => {
    for (; performance.now() < until; done++) await client.send(view(`user-${done}`, "item-1"));
  };
  await Promise.all(Array.from({ length: 64 }, task));
  return done;
}

async function batches(until, size) {
  let done = 0;
  while (performance.now() < until) {
    const batch = new requests.Batch(
      Array.from({ length: size }, (_, n) => view(`user-${n}`, `item-${n % 997}`)),
    );
    batch.ensureHttps = false;
    done += (await client.send(batch)).length;
  }
  return done;
}

const size = Number(scenario.split("-").at(-1));
const run = (seconds) => {
  const until = performance.now() + seconds * 1000;
  return scenario.includes("batch") ? batches(until, size) : singles(until);
};
await run(0.5);
const cpu = process.cpuUsage();
const wall = performance.now();
const done = await run(2);
const seconds = (performance.now() - wall) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ rate: done / seconds, cpu: (user + system) / done }));
process.exit(0);
