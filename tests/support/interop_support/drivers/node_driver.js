// Calls the official Node SDK as its input says, a line of JSON each way. Its first argument is the folder of the SDK.
// The first line that it prints lists the methods, found by reflection. It knows nothing about the mock.
"use strict";
const path = require("path");
const readline = require("readline");
const folder = path.join(process.argv[2], "node_modules", "@aftership", "tracking-sdk");
const { AfterShip } = require(folder);

const names = (text) => /\(([^)]*)\)/.exec(text)[1].split(",").map((each) => each.trim()).filter(Boolean);

function methods(client) {
  const found = [];
  for (const [name, api] of Object.entries(client)) {
    if (name === "options") continue;
    const prototype = Object.getPrototypeOf(api);
    for (const action of Object.getOwnPropertyNames(prototype)) {
      if (action !== "constructor" && typeof prototype[action] === "function") {
        found.push({ name: `${name}.${action}`, parameters: names(prototype[action].toString()) });
      }
    }
  }
  return found;
}

async function outcome(wanted) {
  const client = new AfterShip({
    domain: wanted.url, api_key: wanted.key, api_secret: wanted.secret ?? undefined, auth_type: wanted.kind, max_retry: 0,
  });
  const [api, action] = wanted.method.split(".");
  const method = client[api][action];
  const values = names(method.toString()).map((each) => (each === "query" ? wanted.query : wanted.arguments[each]));
  try {
    return { result: (await method.apply(client[api], values)) ?? null };
  } catch (error) {
    return { error: `${error.name}: ${error.message}`, code: error.meta_code ?? null };
  }
}

async function main() {
  const version = require(path.join(folder, "package.json")).version;
  console.log(JSON.stringify({ version, methods: methods(new AfterShip({ api_key: "k" })) }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line))));
  }
}

main();
