// What api-smart-diff finds between plain documents.
// Reads a list of [old, new] as JSON from standard input, writes one list of findings for each pair.
import { readFileSync } from "node:fs";
import { apiCompare } from "api-smart-diff";

const pairs = JSON.parse(readFileSync(0, "utf8"));
const findings = pairs.map(([before, after]) =>
  apiCompare(before, after).diffs.map(({ type, action, path, before, after }) =>
    ({ type, action, path, before: before ?? null, after: after ?? null })),
);
process.stdout.write(JSON.stringify(findings));
