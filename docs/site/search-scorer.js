/* How results of the search are ordered. Sphinx counts words; here a title counts most, and records of the
   project come after the pages that explain. */
var Scorer = {
  score: ([docName, title, anchor, , score]) => {
    const query = (new URLSearchParams(window.location.search).get("q") || "").trim().toLowerCase();
    const words = (title || "").toLowerCase();
    let sum = score;
    if (query && words.includes(query)) sum += 20;
    if (query && (words === query || words === `${query}s`)) sum += 20;
    if (!anchor) sum += 2;
    if (/^(changelog|guarantees|fidelity|mock-fidelity|architecture|dependencies|migration\/|webhook-changes)/.test(docName)) sum -= 15;
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
