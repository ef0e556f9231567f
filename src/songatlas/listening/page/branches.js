// The tree at the side: folded and unfolded, moved through by keys, and filtered by.
"use strict";

const unfolded = new Set();
let current = REGIONS[0]; // the branch that the tabulator comes to

const kindOf = (v) => (NODES[v].found ? "found" : "near");
const SAID = { found: "really there", near: "a neighbourhood" };

// What the letters of a name mean, for each kind that there is.
function keyOfNames() {
  const kinds = ["found", "near"].filter((kind) => NODES.some((_, v) => v && kindOf(v) === kind));
  return kinds.length ? [make("p", { class: "key" }, ...kinds.map((kind) => make("span", { class: kind }, SAID[kind])))] : [];
}

// As it stands on the map; of a track that is not drawn there may be none.
function markFor(i) {
  if (state.colour === "cluster") return clusterMark(clusterOf(i));
  const v = leafOf(i), region = state.colour === "region", category = categories.of[i];
  const name = region ? placeName(v) : categories.names[category] ?? "";
  const drawn = region ? v > 0 && swatch(REGION[v], REGION_MARKS, SHADE[v]) : name && swatch(category, categories);
  return make("span", { class: "mark", title: name }, make("span", { class: "hidden" }, name), drawn);
}

function branch(v, position, siblings) {
  const { name, size } = NODES[v], open = unfolded.has(v), parts = PARTS[v];
  return make(
    "li",
    {
      role: "treeitem", "data-node": v, tabindex: v === current ? 0 : -1, class: kindOf(v),
      "aria-label": `${name}, ${size.toLocaleString("en")} tracks, ${SAID[kindOf(v)]}`,
      "aria-level": LEVEL[v], "aria-posinset": position + 1, "aria-setsize": siblings.length,
      "aria-selected": String(v === state.node), "aria-expanded": parts.length ? String(open) : undefined,
    },
    make("div", { class: "branch", title: name, onclick: () => chooseNode(v === state.node ? -1 : v) },
      make("span", { class: "fold", onclick: (event) => (event.stopPropagation(), parts.length && foldNode(v, open)) }),
      state.colour === "region" && swatch(REGION[v], REGION_MARKS, SHADE[v]), // else its mark is something else's
      make("span", { class: "name" }, name), make("span", { class: "end" }, size.toLocaleString("en"))),
    open && make("ul", { role: "group" }, ...parts.map(branch)),
  );
}

function showTree() {
  if (!REGIONS.length) return;
  const box = at("tree"), focus = box.contains(document.activeElement);
  const list = make("ul", { role: "tree", "aria-label": "Regions, their parts and lists", onkeydown: moveInTree }, ...REGIONS.map(branch));
  box.replaceChildren(make("h2", {}, "Regions"), make("p", { class: "opening" }, DATA.opening), list);
  if (focus) itemOf(current).focus();
}

function itemOf(v) {
  return document.querySelector(`#tree [data-node="${v}"]`);
}

function goTo(v) {
  current = v;
  showTree();
  itemOf(v).focus();
}

function foldNode(v, fold) {
  if (fold) unfolded.delete(v);
  else unfolded.add(v);
  if (fold && pathOf(current).includes(v)) current = v;
  showTree();
}

// Its tracks alone; no negative one for all.
function chooseNode(v) {
  state.node = v;
  state.cluster = -1;
  state.selection = null;
  if (v > 0) {
    for (const above of pathOf(NODES[v].parent)) unfolded.add(above);
    current = v;
  }
  refresh();
  if (v > 0) itemOf(v).scrollIntoView({ block: "nearest" });
  announce(v > 0 ? `${placeName(v)}: ${NODES[v].size.toLocaleString("en")} tracks` : "All tracks");
}

function moveInTree(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...document.querySelectorAll("#tree [data-node]")].map((item) => Number(item.dataset.node));
  const here = items.indexOf(current), open = unfolded.has(current), [first] = PARTS[current];
  const above = NODES[current].parent;
  const moves = {
    ArrowDown: () => goTo(items[Math.min(here + 1, items.length - 1)]),
    ArrowUp: () => goTo(items[Math.max(here - 1, 0)]),
    ArrowRight: () => first && (open ? goTo(first) : foldNode(current, false)),
    ArrowLeft: () => (open ? foldNode(current, true) : above > 0 && goTo(above)),
    Home: () => goTo(items[0]),
    End: () => goTo(items[items.length - 1]),
    Enter: () => chooseNode(current === state.node ? -1 : current),
    " ": () => chooseNode(current === state.node ? -1 : current),
    "*": () => (PARTS[above].filter((v) => PARTS[v].length).forEach((v) => unfolded.add(v)), showTree()),
  };
  if (!(event.key in moves)) return;
  event.preventDefault();
  event.stopPropagation();
  moves[event.key]();
}

// Beside the map where it is wide enough, otherwise in the panel.
function placeTree() {
  const wide = matchMedia("(min-width: 1300px)");
  const put = () => (wide.matches ? document.querySelector("main").prepend(at("tree")) : at("track").after(at("tree")));
  wide.addEventListener("change", put);
  put();
}

// The map so that it shows these and little else.
function fit(rows) {
  const points = rows.map(place).filter(([x]) => x !== NO_PLACE);
  if (!points.length) return;
  const [[left, right], [low, high]] = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis] / 65534).sort((a, b) => a - b);
    return [0.02, 0.98].map((share) => values[Math.round(share * (values.length - 1))]);
  });
  state.x = (left + right) / 2;
  state.y = (low + high) / 2;
  state.zoom = Math.min(60, Math.max(1, 0.85 / Math.max(right - left, high - low, 0.01)));
  draw();
}
