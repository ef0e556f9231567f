// What happens when somebody does something.
"use strict";

const at = (id) => document.getElementById(id);

function announce(text) {
  at("live").textContent = text;
}

function refresh() {
  const focused = document.activeElement;
  const box = ["legend", "listing", "clusters"].map(at).find((it) => it.contains(focused));
  const buttons = () => [...box.querySelectorAll("button, summary")];
  const position = box && buttons().indexOf(focused);
  sift();
  showCount();
  showLegend();
  showTree();
  showListing();
  showClusters();
  if (box) (buttons()[position] || canvas).focus({ preventScroll: true }); // it was made anew, or is gone
  measure();
  draw();
}

function showCount() {
  const rows = shownRows();
  const without = N - Array.from({ length: N }, (_, i) => hasPlace(i)).filter(Boolean).length;
  const faithful = VIEWS[state.view].faithful[state.map];
  const parts = [
    `${(state.selection || rows).length.toLocaleString("en")} of ${N.toLocaleString("en")} tracks${state.selection ? " selected" : ""}`,
    without && `${without.toLocaleString("en")} without a place in this view`,
    state.rings && `${rows.filter((i) => faithful[i] < MISPLACED).length.toLocaleString("en")} misplaced`,
  ];
  at("count").textContent = parts.filter(Boolean).join(", ");
}

function pick(i, { play = false } = {}) {
  const same = i === state.picked;
  state.picked = i;
  if (i >= 0 && hasPlace(i)) bringIntoSight(i);
  const lost = at("track").contains(document.activeElement) && document.activeElement.id !== "audio";
  if (!same || i < 0) showTrack();
  if (lost) (at("track-title") || canvas).focus(); // what had the focus is no longer there
  for (const row of document.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
  for (const row of document.querySelectorAll(`.row[data-row="${i}"]`)) row.setAttribute("aria-current", "true");
  if (i >= 0) announce(`${titleOf(i)}, ${DATA.tracks.artist[i]}, ${clusterName(CLUSTER_OF[i])}`);
  if (play) playPause();
  draw();
}

function playPause() {
  const audio = at("audio");
  if (!audio) return;
  if (!audio.paused) audio.pause();
  else audio.play().catch((error) => announce(`It cannot be played: ${error.message}`));
}

function select(rows) {
  state.selection = rows.length ? rows : null;
  announce(`${rows.length} tracks selected`);
  showCount();
  showListing();
  if (rows.length) at("listing").scrollIntoView({ block: "nearest" });
  draw();
}

function clearAll() {
  state.selection = null;
  state.query = at("search").value = "";
  state.cluster = state.node = -1;
  state.hidden.clear();
  setLasso(false);
  refresh();
}

function onlyCluster(number) {
  state.cluster = number;
  state.node = -1;
  state.selection = null;
  refresh();
}

function toggleCategory(category) {
  if (state.hidden.has(category)) state.hidden.delete(category);
  else state.hidden.add(category);
  refresh();
}

function setLasso(on) {
  state.lassoOn = on;
  at("lasso").setAttribute("aria-pressed", String(on));
  canvas.classList.toggle("drawing", on);
}

function setTheme(theme) {
  state.theme = theme;
  document.documentElement.dataset.theme = theme;
  at("theme").textContent = theme === "dark" ? "Light" : "Dark";
  showLegend();
  showTree();
  showListing();
  if (at("nearest")) at("nearest").replaceChildren(...nearestRows(state.picked)); // the player plays on
  draw();
}

function resetSight() {
  Object.assign(state, { zoom: 1, x: 0.5, y: 0.5 });
  draw();
}

function choose(what, value) {
  state[what] = value;
  at(what).value = value;
  if (what === "colour") {
    categories = categoriesBy(value);
    state.hidden.clear();
  } else {
    index();
    resetSight();
  }
  showTrack();
  refresh();
}

function next(what) {
  const options = [...at(what).options].map((option) => option.value);
  choose(what, options[(options.indexOf(state[what]) + 1) % options.length]);
  announce(`${what}: ${at(what).selectedOptions[0].textContent}`);
}

function fillControls() {
  const names = { joint: "sound and lyrics", audio: "sound", lyrics: "lyrics", tsne: "t-SNE", umap: "UMAP" };
  const fill = (id, values) => at(id).replaceChildren(...values.map((value) => make("option", { value }, names[value] || value)));
  fill("view", Object.keys(VIEWS));
  at("view").parentElement.hidden = Object.keys(VIEWS).length < 2; // nothing to choose
  fill("map", Object.keys(VIEWS[state.view].maps));
  const known = { region: REGIONS.length > 0, cluster: true, confidence: true };
  fill("colour", ["region", "cluster", "genre", "language", "confidence"].filter((what) => known[what] ?? DATA.tracks[what].some(Boolean)));
  for (const what of ["view", "map", "colour"]) at(what).addEventListener("change", () => choose(what, at(what).value));
  at("verdict").textContent = DATA.verdict;
  at("verdict").dataset.verdict = DATA.verdict;
  at("verdict").title = "Why";
  at("verdict").addEventListener("click", showVerdict);
  at("help").addEventListener("click", showHelp);
  at("reset").addEventListener("click", () => (clearAll(), resetSight()));
  at("theme").addEventListener("click", () => setTheme(state.theme === "dark" ? "light" : "dark"));
  at("lasso").addEventListener("click", () => setLasso(!state.lassoOn));
  at("rings").addEventListener("click", () => {
    state.rings = !state.rings;
    at("rings").setAttribute("aria-pressed", String(state.rings));
    showCount();
    draw();
  });
  let pause = 0;
  at("search").addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(search, N > 3000 ? 120 : 0);
  });
}

// For what stands in the field, where that is not what is shown already.
function search() {
  if (state.query === at("search").value) return;
  state.query = at("search").value;
  state.selection = null;
  refresh();
}

const pointers = new Map();
let moved = 0;

function position(event) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

canvas.addEventListener("pointerdown", (event) => {
  if (event.button || (event.ctrlKey && event.pointerType === "mouse")) return; // a menu comes, and may swallow the release
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, position(event));
  moved = 0;
  if ((state.lassoOn || event.shiftKey) && pointers.size === 1) state.lasso = [position(event)];
});

canvas.addEventListener("pointermove", (event) => {
  const here = position(event);
  if (!pointers.has(event.pointerId)) {
    hover(here);
    return;
  }
  const before = pointers.get(event.pointerId);
  moved += Math.hypot(here[0] - before[0], here[1] - before[1]);
  if (state.lasso) {
    state.lasso.push(here);
  } else if (pointers.size === 2) {
    const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
    const was = Math.hypot(before[0] - other[0], before[1] - other[1]);
    const is = Math.hypot(here[0] - other[0], here[1] - other[1]);
    if (was > 0) zoomAt((here[0] + other[0]) / 2, (here[1] + other[1]) / 2, is / was);
  } else {
    state.x -= (here[0] - before[0]) / scale();
    state.y += (here[1] - before[1]) / scale();
  }
  pointers.set(event.pointerId, here);
  draw();
});

function release(event) {
  if (!pointers.delete(event.pointerId)) return;
  const here = position(event);
  if (state.lasso) {
    const line = state.lasso;
    state.lasso = null;
    setLasso(false);
    select(line.length > 2 ? inLasso(line) : []);
  } else if (moved < 5 && event.type === "pointerup") {
    const v = nameUnder(...here);
    if (v > 0 && under(...here, 4) < 0) chooseNode(v);
    else pick(under(...here, event.pointerType === "touch" ? 24 : 14));
  }
  draw();
}
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);

function hover([x, y]) {
  const i = under(x, y);
  if (i === state.hovered) return;
  state.hovered = i;
  const tip = at("tip");
  tip.hidden = i < 0;
  if (i >= 0) {
    tip.replaceChildren(make("div", {}, titleOf(i)), make("small", {}, [DATA.tracks.artist[i], DATA.tracks.genre[i], state.colour === "region" ? placeName(LEAF_OF[i]) : `${clusterName(CLUSTER_OF[i])}${sureness(i)}`].filter(Boolean).join(" · ")));
    tip.style.left = `${Math.max(4, Math.min(x + 14, canvas.clientWidth - tip.offsetWidth - 6))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 14, canvas.clientHeight - tip.offsetHeight - 6))}px`;
  }
  draw();
}
canvas.addEventListener("pointerleave", () => hover([-1e6, -1e6]));

canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoomAt(...position(event), Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)));
}, { passive: false });

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => setTheme(event.matches ? "dark" : "light"));
new ResizeObserver(() => (measure(), draw())).observe(canvas);

fillControls();
placeTree();
setTheme(state.theme);
index();
showTrack();
refresh();

// For scripts: where a row is on the canvas, in CSS pixels, and what is asked for.
window.songatlas = { positionOf: onScreen, shownRows, state, get drawn() { return drawn; }, get drawnAt() { return drawnAt; }, get names() { return placed; } };
