// Plays a story with an official JavaScript client, unmodified.
//   node play.mjs CLIENT MODULES AUTHORITY TOKEN STORY
// CLIENT is the name of the package, MODULES the folder it is installed in.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";

const [, , name, modules, authority, token, path] = process.argv;
const library = createRequire(`${modules}/`)(name);
const requests = library.requests ?? library;
const client = new library.ApiClient("shop", token, { baseUri: authority, protocol: "http" });
const kept = {};

// What stands for something else: dates, stages of a composite, answers that were kept.
function meant(value) {
  if (Array.isArray(value)) return value.map(meant);
  if (typeof value === "string" && value.startsWith("$")) {
    return value.slice(1).split(".").reduce((found, key) => found[key], kept);
  }
  if (value === null || typeof value !== "object") return value;
  if ("$date" in value) return name.includes("-js-") ? value.$date : new Date(value.$date);
  if ("$stage" in value) return meant(value.$stage);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, meant(one)]));
}

function request(step) {
  const given = step.ask === "Batch" ? [step.of[0].map(request)] : meant(step.of ?? []);
  return new requests[step.ask](...given, ...(step.with ? [meant(step.with)] : []));
}

async function outcome(step) {
  try {
    return { answer: await client.send(request(step)) };
  } catch (error) {
    if (error.statusCode === undefined) throw error;
    return { status: error.statusCode };
  }
}

function wrong(step, { answer, status }) {
  const differs = (found, expected) =>
    isDeepStrictEqual(found, expected)
      ? null
      : `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
  if (step.refused !== undefined) return differs(status, step.refused);
  if (status !== undefined) return `refused with ${status}`;
  if (step.gives !== undefined) return differs(answer, meant(step.gives));
  if (step.ids !== undefined) return differs(answer.recomms.map((one) => one.id), step.ids);
  if (step.codes !== undefined) return differs(answer.map((one) => one.code), step.codes);
  return null;
}

for (const [index, step] of JSON.parse(readFileSync(path, "utf8")).entries()) {
  const found = await outcome(step);
  const complaint = wrong(step, found);
  if (complaint) {
    console.error(`step ${index + 1}, ${JSON.stringify(step)}: ${complaint}`);
    process.exit(1);
  }
  if (step.keep) kept[step.keep] = found.answer;
}
