// What the published destination makes of cases, in the form of a case's `expect`.
//   node segment_outcomes.mjs MODULES < CASES > OUTCOMES
// MODULES is the folder that the package is installed in. Nothing of it is changed and nothing is
// sent: the connection is cut where Node's own https would open it.
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { PassThrough, Writable } from "node:stream";

const require = createRequire(`${process.argv[2]}/`);
const https = require("https");
const fetching = require("cross-fetch");

// --- The network: what is asked for is noted, and the case says what is answered -----------------

let calls = [];
let answer = {};
let asked; // the URL as it was put together, before it is normalised

fetching.Request = class extends fetching.Request {
  constructor(target, options) {
    super(target, options);
    if (typeof target === "string") asked = target;
  }
};

class Call extends Writable {
  #options;
  #body = [];

  constructor(options) {
    super();
    this.#options = options;
  }

  _write(chunk, _, done) {
    this.#body.push(chunk);
    done();
  }

  _final(done) {
    done();
    const { method, path } = this.#options;
    calls.push(told(method, path, JSON.parse(Buffer.concat(this.#body).toString())));
    const failure = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    if (answer.networkError) this.emit("error", failure);
    else this.emit("response", response());
  }

  abort() {}
}

https.request = (options) => new Call(options);

function response() {
  const { status = 200, statusText = "", headers, body = "ok" } = answer;
  const text = headers && typeof body === "string" ? body : JSON.stringify(body);
  const stream = new PassThrough();
  stream.end(text);
  return Object.assign(stream, {
    statusCode: status,
    statusMessage: statusText,
    headers: headers ?? { "content-type": "application/json" },
  });
}

const SIGNATURE = /[?&]hmac_timestamp=\d+&hmac_sign=[0-9a-f]{40}/;
const unsigned = (text) => text.replace(SIGNATURE, "");

function told(method, wire, body) {
  const [, host, rest] = /^https:\/\/([^/]*)(.*)$/s.exec(asked);
  const [path, wirePath] = [unsigned(rest), unsigned(wire)];
  const odd = wirePath === path ? {} : { wire_path: wirePath };
  if (!isSigned(wire)) odd.signature = "does not match the wire path";
  return { method, host, path, ...odd, body };
}

function isSigned(wire) {
  const [signed, signature] = wire.split("&hmac_sign=");
  return createHmac("sha1", token).update(signed).digest("hex") === signature;
}

// --- Errors as the files of cases write them -----------------------------------------------------

const RUNTIME = ["TypeError", "RangeError", "SyntaxError", "ReferenceError"];
const KINDS = {
  AggregateAjvError: "schema",
  PayloadValidationError: "payload",
  InvalidAuthenticationError: "auth",
  HTTPError: "http",
  FetchError: "network",
  AggregateError: "mapping-validation",
  ValidationError: "mapping-validation",
};
const BY_CODE = { PAYLOAD_VALIDATION_FAILED: "payload", INVALID_AUTHENTICATION: "auth" };

function kindOf(error) {
  if (error.token) return "liquid"; // of liquidjs
  if (RUNTIME.includes(error.name)) return "runtime";
  return BY_CODE[error.code] ?? KINDS[error.constructor.name] ?? "mapping";
}

function failure(error) {
  const kind = kindOf(error);
  const name = kind === "payload" || kind === "auth" ? error.constructor.name : error.name;
  if (name === "AggregateError") {
    return { kind, name, messages: [...error].map((one) => one.message) };
  }
  const found = { kind, name, message: unsigned(error.message) };
  const status = error.status ?? error.response?.status;
  if (status !== undefined) found.status = status;
  if (error.code) found.code = error.code;
  if (kind === "schema") found.details = error.errors.map((one) => [one.pointer, one.message]);
  return found;
}

// --- The destination ------------------------------------------------------------------------------

const inside = (path) => require(`${process.argv[2]}/node_modules/@segment/${path}`);
const definition = inside("action-destinations/dist/destinations/recombee").default;
const { Destination } = require("@segment/actions-core");
const { transform, transformBatch } = inside("actions-core/dist/cjs/mapping-kit");
const { parseFql, validate } = require("@segment/destination-subscriptions");
const destination = new Destination(definition);
const presets = Object.fromEntries(definition.presets.map((preset) => [preset.name, preset]));
let token;

function subscriptions(mappings) {
  return (mappings ?? Object.keys(presets)).map((one, index) => {
    const found = typeof one === "string" ? presets[one] : one;
    return { ...found, name: found.name || `#${index} ${found.partnerAction}` };
  });
}

function isFor(subscription, event) {
  if (!subscription.subscribe || typeof subscription.subscribe !== "string") return false;
  const parsed = parseFql(subscription.subscribe);
  try {
    return !parsed.error && validate(parsed, event);
  } catch {
    return false;
  }
}

// One subscription after the other, so that what is sent can be told apart.
async function each(given, data) {
  const { mappings, settings, mode } = given;
  const requests = [];
  const errors = [];
  const matched = [];
  const multistatus = [];
  for (const subscription of subscriptions(mappings)) {
    const failed = (error) => errors.push({ subscription: subscription.name, ...error });
    if ([data].flat().some((event) => isFor(subscription, event))) matched.push(subscription.name);
    try {
      const handle = mode === "batch" ? "onBatch" : "onEvent";
      const results = await destination[handle](data, { ...settings, subscription });
      for (const { output, multistatus: statuses } of results) {
        if (/subscription/.test(output)) {
          failed({ kind: "subscription", name: "Result", message: output, status: 400 });
        }
        multistatus.push(...(statuses ?? []).map(status));
      }
    } catch (error) {
      failed(failure(error));
    }
    requests.push(...calls.splice(0));
  }
  if (errors.length === 1 && !requests.length) return { error: errors[0], matched };
  return {
    requests,
    matched,
    ...(errors.length && { errors }),
    ...(mode === "batch" && { multistatus }),
  };
}

// What was answered is not told again; of an event that nobody took nothing is known.
function status(known) {
  if (known === undefined) return null;
  const { body: _, ...rest } = known;
  return rest;
}

async function overall(settings, data) {
  try {
    destination.validateSettings({ ...settings });
  } catch (error) {
    return { error: { settings: true, ...failure(error) }, matched: [] };
  }
  return each(data.given, data.events);
}

const attempts = {
  event: (given) => overall(given.settings, { given, events: given.event }),
  batch: (given) => overall(given.settings, { given, events: given.events }),
  async delete({ event, settings }) {
    try {
      const result = await destination.onDelete(event, { ...settings });
      return { requests: calls, result };
    } catch (error) {
      return { requests: calls, error: failure(error) };
    }
  },
  async testAuthentication({ settings }) {
    try {
      await destination.testAuthentication({ ...settings });
      return { requests: calls, ok: true };
    } catch (error) {
      const found = failure(error);
      return { requests: calls, error: found.kind === "mapping" ? { ...found, kind: "auth" } : found };
    }
  },
};

function mapped({ mapping, data, batch }) {
  try {
    const value = (batch ? transformBatch : transform)(mapping, data);
    return value === undefined ? { undefined: true } : { value };
  } catch (error) {
    return { error: failure(error) };
  }
}

function matching({ fql, event }) {
  try {
    const parsed = parseFql(fql);
    if (parsed.error) throw parsed.error;
    return { match: validate(parsed, event) };
  } catch ({ name, message }) {
    return { error: { name, message } };
  }
}

// The settings as they are after validation, which converts what it can.
function accepted(settings) {
  const copy = { ...settings };
  try {
    destination.validateSettings(copy);
  } catch {
    // The attempt itself will tell.
  }
  return copy;
}

async function outcome(given) {
  if ("fql" in given) return matching(given);
  if ("mapping" in given) return mapped(given);
  calls = [];
  answer = given.respond ?? {};
  token = accepted(given.settings).privateToken;
  return attempts[given.mode](given);
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(await outcome(JSON.parse(line)))}\n`);
}
