// What a shop has: it registers its parcels, tells its customers where they are, and verifies webhooks.
import { createHmac, timingSafeEqual } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import type { components } from "./api.js";

type Schemas = components["schemas"];

const VERSION = "2026-07";
const TIMEOUT = 10_000; // milliseconds for one request
const MOST_TRIES = 4;
const LONGEST_PAUSE = 60_000; // milliseconds
const TEXTS: Partial<Record<Schemas["KnownDeliveryStatus"], string>> = {
  OutForDelivery: "It comes today.",
  Delivered: "It was delivered.",
  Exception: "Something holds it up.",
};

export class Shop {
  constructor(
    private readonly baseUrl: string,
    private readonly apiKey: string,
  ) {}

  /** Make a parcel known, and return its id. It may be called again: there is one tracking of a number. */
  async register(orderId: string, number: string, courier: string): Promise<string> {
    const parcel: Schemas["TrackingCreate"] = { tracking_number: number, slug: courier, order_id: orderId };
    for (let tries = 1; ; tries++) {
      try {
        const { data } = await this.call<Schemas["TrackingResponse"]>("POST", "/trackings", parcel);
        return data.id ?? "";
      } catch (error) {
        // 4003: it exists. If the response to an earlier try was lost, that try made it.
        if (error instanceof ApiError && error.code === 4003 && error.existingId) return error.existingId;
        // No response: it may have been created or not, and a second try finds out.
        if (error instanceof ApiError || tries === MOST_TRIES) throw error;
      }
    }
  }

  /** A sentence for the customer. A status that is newer than this program is not an error. */
  async describe(id: string): Promise<string> {
    const { data } = await this.call<Schemas["TrackingResponse"]>("GET", `/trackings/${encodeURIComponent(id)}`);
    const texts: Record<string, string | undefined> = TEXTS;
    return texts[data.tag ?? ""] ?? "It is on its way.";
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (let tries = 1; ; tries++) {
      const response = await fetch(`${this.baseUrl}/tracking/${VERSION}${path}`, {
        method,
        headers: { "as-api-key": this.apiKey, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (response.status === 429 && tries < MOST_TRIES) {
        // Nothing was done, so every call may be repeated after the wait that the service requests.
        await wait(pause(response.headers));
        continue;
      }
      const content: unknown = await response.json();
      if (!response.ok) throw new ApiError(response.status, content as Schemas["ErrorResponse"]);
      return content as T;
    }
  }
}

/**
 * Milliseconds until a call may be repeated. AfterShip documents `x-ratelimit-reset`, the Unix time at which calls count
 * anew; a gateway in between may send `retry-after`. Both are whole seconds, so a little is added.
 */
export function pause(headers: Headers, now = Date.now()): number {
  const after = Number(headers.get("retry-after") ?? NaN) * 1000;
  const reset = Number(headers.get("x-ratelimit-reset") ?? NaN) * 1000 - now;
  const found = [after, reset].find(Number.isFinite) ?? 1000;
  return Math.min(Math.max(found, 0) + 100, LONGEST_PAUSE);
}

export class ApiError extends Error {
  readonly code: number | undefined;
  readonly existingId: string | undefined;

  constructor(status: number, content: Schemas["ErrorResponse"]) {
    super(`${status}: ${content.meta.message ?? "no message"}`);
    this.code = content.meta.code;
    const id = (content.data as { id?: unknown } | null | undefined)?.id;
    this.existingId = typeof id === "string" ? id : undefined;
  }
}

/** Whether a webhook comes from AfterShip. `body` is the bytes as they came, not JSON that was written anew. */
export function isGenuine(body: Buffer, signature: string | undefined, secret: string): boolean {
  const expected = createHmac("sha256", secret).update(body).digest();
  const received = Buffer.from(signature ?? "", "base64");
  return received.length === expected.length && timingSafeEqual(received, expected);
}
