// The tree: regions, their parts, lists. Nodes are numbered, parents first; none in older results.
"use strict";

const NODES = DATA.tree.nodes;
const LEAF_OF = new Int32Array(bytesOf(DATA.tree.leaves)); // deepest node of every track, or −1
const PARTS = NODES.map(() => []);
NODES.forEach((node, v) => node.parent >= 0 && PARTS[node.parent].push(v));
const REGIONS = NODES.length ? PARTS[0] : [];
const LEVEL = NODES.map(() => 0);
NODES.forEach((node, v) => (LEVEL[v] = node.parent < 0 ? 0 : LEVEL[node.parent] + 1));

// From a region down to the node; nothing for the root and for no node.
function pathOf(v) {
  return v < 1 ? [] : [...pathOf(NODES[v].parent), v];
}

function placeName(v) {
  return v < 0 ? "in no region" : pathOf(v).map((u) => NODES[u].name).join(" › ");
}

// 1 for a node and all below it.
function below(v) {
  const within = new Uint8Array(NODES.length);
  for (let u = 0; u < NODES.length; u++) within[u] = u === v || within[NODES[u].parent] ? 1 : 0;
  return within;
}

// The place of a node among the parts of its region, in 0 … 1: how light or dark it is drawn.
const SHADES = 9;
const SHADE = NODES.map((_, v) => {
  const [region, part] = pathOf(v);
  const among = part === undefined ? [] : PARTS[region];
  return among.length < 2 ? SHADES >> 1 : Math.round(((SHADES - 1) * among.indexOf(part)) / (among.length - 1));
});
const REGION = NODES.map((_, v) => (v ? REGIONS.indexOf(pathOf(v)[0]) : -1));

function clusterOf(i) {
  return CLUSTER_OF[i];
}

function leafOf(i) {
  return LEAF_OF[i];
}

const PLACES = NODES.map((_, v) => plain(placeName(v)));
const HAYSTACK = Array.from({ length: N }, (_, i) =>
  `${plain([titleOf(i), DATA.tracks.artist[i], DATA.tracks.genre[i], DATA.reasons.heard[i], clusterName(CLUSTER_OF[i])].join("\n"))}\n${PLACES[LEAF_OF[i]] || ""}`,
);
