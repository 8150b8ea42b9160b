// The shop against the mock, over HTTP. Without AFTERSHIP_BASE_URL this starts a mock, and stops it again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";

import type { components } from "./api.js";
import { Shop, isGenuine, pause } from "./shop.js";

type WebhookTracking = components["schemas"]["Tracking"];

const KEY = "contract-tests";
const NUMBER = "1Z999AA10123456784";
const own = process.env.AFTERSHIP_BASE_URL ? undefined : startMock();
const receiver = createServer().listen(0, "127.0.0.1");
let mock = process.env.AFTERSHIP_BASE_URL ?? "";
let shop: Shop;

function startMock() {
  const command = ["-m", "aftership_tracking.mock", "--port", "0", "--json"];
  return spawn(process.env.PYTHON ?? "python3", command, { stdio: ["ignore", "pipe", "inherit"] });
}

before(async () => {
  if (own) {
    const [line] = (await once(own.stdout, "data")) as [Buffer];
    mock = (JSON.parse(line.toString()) as { url: string }).url;
    console.log(`AFTERSHIP_BASE_URL is not set: a mock was started at ${mock}`);
  }
  shop = new Shop(mock, KEY);
});

after(() => {
  receiver.close();
  own?.kill();
});

beforeEach(() => control("reset", {}));

/** What a test does with the mock beside calling the API. */
async function control(path: string, body: unknown): Promise<void> {
  const response = await fetch(`${mock}/_mock/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, await response.text());
}

test("a 429 only delays", async () => {
  await control("faults", { operation: "trackings.create", status: 429 });
  await shop.register("A-17", NUMBER, "ups");
  const create = { operation: "trackings.create", body: { order_id: "A-17" } };
  await control("verify", { complete: true, expect: [{ ...create, status: 429 }, { ...create, status: 201 }] });
});

test("the wait ends when calls count anew", () => {
  const wait = (headers: Record<string, string>) => pause(new Headers(headers), 1_000_250);
  assert.equal(wait({ "x-ratelimit-reset": "1003" }), 2_850);
  assert.equal(wait({ "x-ratelimit-reset": "900" }), 100);
  assert.equal(wait({ "x-ratelimit-reset": "1003", "retry-after": "5" }), 5_100);
  assert.equal(wait({ "retry-after": "Mon, 02 Nov 2026 10:00:00 GMT" }), 1_100);
});

test("a lost response does not make two trackings", async () => {
  await control("faults", { operation: "trackings.create", drop: "after" });
  const id = await shop.register("A-17", NUMBER, "ups");
  assert.equal(await shop.register("A-17", NUMBER, "ups"), id);
  await control("verify", { expect: [{ operation: "trackings.create", status: 400, times: 2 }] });
});

test("an unknown status is not an error", async () => {
  const id = await shop.register("A-17", NUMBER, "ups");
  await control("faults", { operation: "trackings.get", body: { kind: "unknown-enum", at: "data.tag" } });
  assert.equal(await shop.describe(id), "It is on its way.");
});

test("a webhook is genuine, unless somebody changed it", async () => {
  const received = new Promise<{ body: Buffer; signature: string | undefined }>((resolve) => {
    receiver.on("request", async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      response.end();
      if ((JSON.parse(body.toString()) as { msg: WebhookTracking }).msg.tag === "Delivered")
        resolve({ body, signature: request.headers["aftership-hmac-sha256"] as string | undefined });
    });
  });
  const id = await shop.register("A-17", NUMBER, "ups");
  const { port } = receiver.address() as AddressInfo;
  await control("webhooks", { url: `http://127.0.0.1:${port}/`, secret: "s3cret" });
  await control(`trackings/${id}`, { tag: "Delivered" });
  assert.equal(await shop.describe(id), "It was delivered.");
  const { body, signature } = await received;
  assert.ok(isGenuine(body, signature, "s3cret"));
  assert.ok(!isGenuine(Buffer.concat([body, Buffer.from(" ")]), signature, "s3cret"));
  assert.ok(!isGenuine(body, undefined, "s3cret"));
});
