// The tracks that are not drawn, where there are too many to draw: the search finds them, and one that
// is chosen is shown at its place. Only pages of a sample hold this script. Track N + j is the j-th.
"use strict";

const REST = DATA.rest;
const NAMES = DATA.clusters.map((cluster) => plain(cluster.name));
const rest = { lines: [], plain: [], clusters: new Int16Array(0), leaves: new Int32Array(0), maps: {}, trouble: "" };

async function inflated(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function readRest() {
  for (const [kind, xy] of Object.entries(REST.maps)) rest.maps[kind] = new Uint16Array(await inflated(xy));
  rest.clusters = new Int16Array(await inflated(REST.clusters));
  rest.leaves = new Int32Array(await inflated(REST.leaves));
  const text = new TextDecoder().decode(await inflated(REST.text));
  rest.lines = text.split("\n");
  rest.plain = plain(text).split("\n");
}

const drawnOnly = { place, titleOf, leafOf, clusterOf, pick, showTrack, showListing, showCount };

place = (i) => {
  if (i < N) return drawnOnly.place(i);
  const xy = state.view === REST.view ? rest.maps[state.map] : null;
  return xy ? [xy[2 * (i - N)], xy[2 * (i - N) + 1]] : [NO_PLACE, NO_PLACE];
};

titleOf = (i) => (i < N ? drawnOnly.titleOf(i) : rest.lines[i - N].split("\t")[0]);

clusterOf = (i) => (i < N ? drawnOnly.clusterOf(i) : rest.clusters[i - N]);

leafOf = (i) => (i < N ? drawnOnly.leafOf(i) : rest.leaves[i - N]);

// What fits the search, and the cluster or node where only one is shown.
function foundRest() {
  const words = plain(state.query).split(/\s+/).filter(Boolean);
  if (state.selection || (!words.length && state.cluster < 0 && state.node < 0)) return [];
  const [named, placed] = [NAMES, PLACES].map((names) => words.map((word) => names.map((name) => name.includes(word))));
  const within = below(state.node);
  const found = [];
  for (let j = 0; j < rest.plain.length; j++) {
    const k = rest.clusters[j], v = rest.leaves[j], line = rest.plain[j];
    if ((state.cluster >= 0 && k !== state.cluster) || (state.node >= 0 && !within[v])) continue;
    if (words.every((word, w) => line.includes(word) || named[w][k] || placed[w][v])) found.push(N + j);
  }
  return found;
}

function restButton(i) {
  const [title, artist] = rest.lines[i - N].split("\t");
  return make(
    "li", {},
    make(
      "button",
      { type: "button", class: "row", "data-row": i, "aria-current": i === state.picked ? "true" : undefined, onclick: () => pick(i) },
      make("span", {}, title, " ", make("span", { class: "who" }, artist)),
      markFor(i),
    ),
  );
}

showListing = () => {
  drawnOnly.showListing();
  const box = at("listing");
  if (!box.hasChildNodes()) return;
  const found = foundRest();
  const more = found.length - MOST_LISTED;
  box.append(...present([
    make("p", { class: "faint" }, rest.trouble || (rest.lines.length ? "Lists that are saved hold drawn tracks only." : "The tracks that are not drawn are still being read.")),
    found.length > 0 && make("h2", { id: "rest-title" }, `Found, not drawn: ${found.length.toLocaleString("en")} ${found.length === 1 ? "track" : "tracks"}`),
    make("ol", { id: "rest-rows" }, ...found.slice(0, MOST_LISTED).map(restButton)),
    more > 0 && make("p", { class: "faint" }, `… and ${more.toLocaleString("en")} more: say more of its title or artist`),
  ]));
};

showCount = () => {
  drawnOnly.showCount();
  at("count").textContent += `, ${REST.n.toLocaleString("en")} more not drawn`;
};

showTrack = () => {
  const i = state.picked;
  if (i < N) return drawnOnly.showTrack();
  const [title, artist, genre] = rest.lines[i - N].split("\t");
  at("track").replaceChildren(...present([
    make("h2", { id: "track-title", tabindex: "-1" }, title),
    make("div", { class: "faint" }, artist),
    pairs([["Region", REGIONS.length && placeName(leafOf(i))], ["Cluster", clusterName(clusterOf(i))], ["Genre", genre]]),
    !hasPlace(i) && make("p", { class: "warn" }, state.view === REST.view ? "It has no place here." : "It has a place in the first view only."),
    make("p", { class: "faint" }, "It is not drawn. This page cannot play it or say what is near it; songatlas similar and songatlas explain can."),
  ]));
};

pick = (i, options) => {
  if (i < N) return drawnOnly.pick(i, options);
  state.picked = i;
  if (hasPlace(i)) bringIntoSight(i);
  showTrack();
  for (const row of document.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
  for (const row of document.querySelectorAll(`.row[data-row="${i}"]`)) row.setAttribute("aria-current", "true");
  announce(`${titleOf(i)}, ${rest.lines[i - N].split("\t")[1]}, ${clusterName(clusterOf(i))}, not drawn`);
  draw();
};

// Enter chooses the first that is found; of those that are not drawn where no other is.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.id !== "search" || shownRows().length) return;
  const [first] = foundRest();
  if (first !== undefined) pick(first);
});

document.getElementById("panel").prepend(make("p", { id: "sample" }, REST.sentence));
readRest()
  .catch((error) => (rest.trouble = `The search finds drawn tracks only: the others could not be read (${error.message}).`))
  .then(() => showListing());
