/* How results of the search are ordered. Sphinx counts words; here a title counts most, and records of the
   project come after the pages that explain. Plain words want a guide first, and a name from code its reference. */
var Scorer = {
  score: ([docName, title, anchor, , score]) => {
    const query = (new URLSearchParams(window.location.search).get("q") || "").trim().toLowerCase();
    const words = (title || "").toLowerCase();
    const isName = /[_.]|[a-z][A-Z]/.test((new URLSearchParams(window.location.search).get("q") || "").trim());
    let sum = score;
    if (query && words.includes(query)) sum += 20;
    if (query && (words === query || words === `${query}s`)) sum += 20;
    if (!anchor) sum += 2;
    if (/^(changelog|guarantees|fidelity|mock-fidelity|architecture|dependencies|migration\/|webhook-changes)/.test(docName)) sum -= 15;
    if (/^(releasing|new-version|contributing|site|document-constructs|diff|supply-chain|security|interop)$/.test(docName)) sum -= 15;
    if (!isName && /^reference\//.test(docName)) sum -= 12;
    if (/^(errors|reading|writing|couriers|authentication|limits|webhooks|testing|data-out)$/.test(docName)) sum += 4;
    return sum;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
