// The canvas: where the points are on it, drawing them, and which one is under the pointer.
"use strict";

const canvas = document.getElementById("canvas");
const pen = canvas.getContext("2d");

const state = {
  view: Object.keys(VIEWS)[0],
  map: Object.keys(Object.values(VIEWS)[0].maps)[0],
  colour: REGIONS.length ? "region" : "cluster",
  theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  hidden: new Set(), // categories
  cluster: -1, // only this one, if not negative
  node: -1, // of the tree; only what is in it, if not negative
  query: "",
  picked: -1,
  hovered: -1,
  selection: null, // rows, or null
  lasso: null, // points of the line that is being drawn
  lassoOn: false,
  rings: false,
  zoom: 1,
  x: 0.5, // what is at the middle of the canvas, in 0 … 1
  y: 0.5,
};

let categories = categoriesBy(state.colour);
let shown = new Uint8Array(N); // 1: fits what is asked for
let clustersShown = new Set(); // with at least one such track
let nodesShown = new Uint8Array(NODES.length); // the same of the tree
let grid = null; // rows by cell, for the pointer

const GRID = 128;

function place(i) {
  const xy = VIEWS[state.view].maps[state.map];
  return [xy[2 * i], xy[2 * i + 1]];
}

function hasPlace(i) {
  return place(i)[0] !== NO_PLACE;
}

// Pixels that the map stands to the right of the middle, away from the legend, where a wide canvas
// has room for that. They do not depend on what the legend shows.
let aside = 0;

function measure() {
  const over = getComputedStyle(document.getElementById("legend")).position === "absolute";
  const room = Math.max(0, canvas.clientWidth - canvas.clientHeight);
  aside = over ? Math.min(150, room / 2) : 0;
}

function middle() {
  return aside + canvas.clientWidth / 2;
}

function scale() {
  return 0.92 * Math.min(canvas.clientWidth, canvas.clientHeight) * state.zoom;
}

function toScreen(x, y) {
  const s = scale();
  return [
    middle() + (x / 65534 - state.x) * s,
    canvas.clientHeight / 2 - (y / 65534 - state.y) * s,
  ];
}

function onScreen(i) {
  return toScreen(...place(i));
}

function fromScreen(px, py) {
  const s = scale();
  return [state.x + (px - middle()) / s, state.y - (py - canvas.clientHeight / 2) / s];
}

function index() {
  grid = new Map();
  for (let i = 0; i < N; i++) {
    if (!hasPlace(i)) continue;
    const [x, y] = place(i);
    const cell = Math.floor((x / 65535) * GRID) * GRID + Math.floor((y / 65535) * GRID);
    if (!grid.has(cell)) grid.set(cell, []);
    grid.get(cell).push(i);
  }
  findMiddles();
}

// What is asked for: search, cluster, node, legend.
function sift() {
  const words = plain(state.query).split(/\s+/).filter(Boolean);
  const within = below(state.node);
  for (let i = 0; i < N; i++) {
    shown[i] =
      hasPlace(i) &&
      !state.hidden.has(categories.of[i]) &&
      (state.cluster < 0 || CLUSTER_OF[i] === state.cluster) &&
      (state.node < 0 || within[LEAF_OF[i]]) &&
      words.every((word) => HAYSTACK[i].includes(word))
        ? 1
        : 0;
  }
  clustersShown = new Set(CLUSTER_OF.filter((_, i) => shown[i]));
  nodesShown = new Uint8Array(NODES.length);
  for (let i = 0; i < N; i++) if (shown[i] && LEAF_OF[i] >= 0) nodesShown[LEAF_OF[i]] = 1;
  for (let v = NODES.length - 1; v > 0; v--) if (nodesShown[v]) nodesShown[NODES[v].parent] = 1;
}

function shownRows() {
  const rows = [];
  for (let i = 0; i < N; i++) if (shown[i]) rows.push(i);
  return rows;
}

function radius() {
  const few = Math.sqrt(400 / Math.max(N, 60));
  const room = Math.sqrt(Math.min(1, scale() / state.zoom / 600)); // smaller on a phone
  const plain = Math.max(1.9, 4.6 * room * Math.pow(few, 0.55));
  return Math.round(10 * Math.min(7, plain * Math.pow(state.zoom, 0.28))) / 10;
}

let waiting = false;
let painted = ""; // what part of which map, the last time
let drawn = 0; // points, the last time
let drawnAt = 0; // milliseconds after the page was opened, the first time

function draw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    paint();
  });
}

function paint() {
  const sight = [state.view, state.map, state.zoom, state.x, state.y].join();
  if (sight !== painted) state.hovered = -1; // the points go on, and the pointer stays
  document.getElementById("tip").hidden = state.hovered < 0;
  painted = sight;
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  if (lassoOver(sight, ratio)) return;
  const r = radius();
  const edge = r < 3 ? "transparent" : state.theme === "dark" ? "#14171b" : "#ffffff";
  const shade = categories.shade, shades = shade ? SHADES : 1;
  const marks = categories.names.flatMap((_, c) => {
    const [colour, shape] = markOf(c, categories, state.theme);
    return Array.from({ length: shades }, (_, t) => sprite(shade ? shaded(colour, t) : colour, shape, r, ratio, edge));
  });
  const selected = state.selection ? new Set(state.selection) : null;
  drawn = 0;
  const xy = VIEWS[state.view].maps[state.map];
  const s = scale() / 65534; // read once: asking for the layout at every point would be slow
  const left = middle() - 65534 * state.x * s, top = height / 2 + 65534 * state.y * s;
  const side = marks.length ? marks[0].width : 0; // copied pixel by pixel, nothing is resampled
  pen.setTransform(1, 0, 0, 1, 0, 0);
  for (const wanted of [0, 1]) {
    pen.globalAlpha = wanted ? 0.92 : 0.1;
    for (let i = 0; i < N; i++) {
      if (xy[2 * i] === NO_PLACE || (shown[i] && (!selected || selected.has(i)) ? 1 : 0) !== wanted) continue;
      const x = left + xy[2 * i] * s, y = top - xy[2 * i + 1] * s;
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      pen.drawImage(marks[categories.of[i] * shades + (shade ? shade[i] : 0)], Math.round(x * ratio - side / 2), Math.round(y * ratio - side / 2));
      drawn++;
    }
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawnAt = drawnAt || performance.now();
  pen.globalAlpha = 1;
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink");
  drawNames(ink, style.getPropertyValue("--ground"));
  if (state.rings) {
    const faithful = VIEWS[state.view].faithful[state.map];
    pen.strokeStyle = ink;
    pen.lineWidth = 1;
    for (let i = 0; i < N; i++) if (shown[i] && faithful[i] < MISPLACED) ring(i, r + 2.5);
  }
  if (state.picked >= 0 && hasPlace(state.picked)) {
    const accent = style.getPropertyValue("--accent");
    pen.strokeStyle = accent;
    pen.globalAlpha = 0.55;
    pen.lineWidth = 1;
    const [x, y] = onScreen(state.picked);
    for (const j of neighboursOf(state.view, state.picked)) {
      if (!hasPlace(j)) continue;
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(...onScreen(j));
      pen.stroke();
    }
    pen.globalAlpha = 1;
    pen.lineWidth = 2.5;
    ring(state.picked, r + 5);
  }
  if (state.hovered >= 0 && hasPlace(state.hovered)) {
    pen.strokeStyle = ink;
    pen.lineWidth = 1.5;
    ring(state.hovered, r + 3.5);
  }
  keepForLasso(sight);
  drawLasso();
}

const MISPLACED = 20; // per cent of the neighbours

function ring(i, r) {
  const [x, y] = onScreen(i);
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.stroke();
}

// The nearest point that is asked for within some pixels, or -1.
function under(px, py, reach = 14) {
  const [x, y] = fromScreen(px, py);
  const cells = Math.ceil((reach / scale()) * GRID);
  const cx = Math.floor(x * GRID), cy = Math.floor(y * GRID);
  let best = -1, least = reach * reach;
  for (let a = Math.max(0, cx - cells); a <= Math.min(GRID - 1, cx + cells); a++) {
    for (let b = Math.max(0, cy - cells); b <= Math.min(GRID - 1, cy + cells); b++) {
      for (const i of grid.get(a * GRID + b) || []) {
        if (!shown[i]) continue;
        const [sx, sy] = onScreen(i);
        const d = (sx - px) ** 2 + (sy - py) ** 2;
        if (d < least) [best, least] = [i, d];
      }
    }
  }
  return best;
}

// The next point in a direction: near, and not far aside.
function towards(i, dx, dy) {
  const [x, y] = onScreen(i);
  let best = -1, least = Infinity;
  for (let j = 0; j < N; j++) {
    if (j === i || !shown[j]) continue;
    const [sx, sy] = onScreen(j);
    const along = (sx - x) * dx + (sy - y) * dy;
    const aside = Math.abs((sx - x) * dy - (sy - y) * dx);
    if (along <= 0 || aside > 2 * along) continue;
    const cost = along + 2 * aside;
    if (cost < least) [best, least] = [j, cost];
  }
  return best;
}

function zoomAt(px, py, factor) {
  const [x, y] = fromScreen(px, py);
  state.zoom = Math.min(200, Math.max(0.5, state.zoom * factor));
  const [nx, ny] = fromScreen(px, py);
  state.x += x - nx;
  state.y += y - ny;
  draw();
}

function bringIntoSight(i) {
  const [x, y] = onScreen(i);
  const margin = 40;
  if (x < margin || y < margin || x > canvas.clientWidth - margin || y > canvas.clientHeight - margin) {
    const [px, py] = place(i);
    state.x = px / 65534;
    state.y = py / 65534;
  }
}
