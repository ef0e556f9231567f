// Names on the map, each on its tracks or beside them, where it hides few points and no other name. Those of the tree come as on a
// street map: regions first, their parts as one zooms, lists last.
"use strict";

const MOST_NAMES = 24; // more clusters: names would hide the points
const LONGEST_NAME = 26; // characters of a line
const NAME_ROOM = 12000; // square pixels of the map for each name of the tree
const FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK JP', sans-serif";
const SIZES = [16, 16, 13.5, 12]; // pixels, by level
const ROOM = 0.14; // of the map's side, from the middle of a node to half of its tracks: its parts are named
const SAMPLED = 48; // tracks of a node that say where it is
const CELL = 6; // pixels: how finely the map knows where points are
const GAPS = [8, 24, 44, 68, 96]; // pixels from what is named to a name beside it
const WORTH = 64; // pixels further off that are as bad as one more point hidden

let middles = []; // of every cluster: x and y as in the data, or null
let spots = []; // of every node of the tree: some of its points, those in the thick of the others first
let due = []; // from which zoom on the parts of a node have names
let placed = []; // the names of the last drawing, with their boxes

function middleOf(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

// Anew for every map: the median of each cluster's points, and where each node is.
function findMiddles() {
  const xs = DATA.clusters.map(() => []), ys = DATA.clusters.map(() => []);
  const rows = NODES.map(() => []);
  for (let i = 0; i < N; i++) {
    if (!hasPlace(i)) continue;
    for (let v = LEAF_OF[i]; v >= 0; v = NODES[v].parent) rows[v].push(i);
    if (CLUSTER_OF[i] < 0) continue;
    const [x, y] = place(i);
    xs[CLUSTER_OF[i]].push(x);
    ys[CLUSTER_OF[i]].push(y);
  }
  middles = xs.map((of, k) => (of.length ? [middleOf(of), middleOf(ys[k])] : null));
  const found = rows.map(spotOf);
  spots = found.map((spot) => (spot ? spot.points : []));
  due = NODES.map(() => 0);
  for (let v = 1; v < NODES.length; v++) {
    const wide = found[v] ? Math.max(found[v].spread, 1) / 65534 : 1; // of the map
    due[v] = Math.min(60, Math.max(1.6 * Math.max(1, due[NODES[v].parent]), ROOM / wide));
  }
}

// Points of a node by how many others are near, so that one in two pieces has its name on one of them, and
// how far the others are from the first.
function spotOf(rows) {
  if (!rows.length) return null;
  const step = Math.max(1, rows.length / SAMPLED);
  const points = Array.from({ length: Math.min(rows.length, SAMPLED) }, (_, j) => place(rows[Math.floor(j * step)]));
  const centre = [0, 1].map((axis) => middleOf(points.map((point) => point[axis])));
  const spread = (at) => middleOf(points.map(([x, y]) => Math.hypot(x - at[0], y - at[1])));
  const reach = Math.max(1, (spread(centre) / 2) ** 2);
  const near = points.map(([x, y]) => points.reduce((sum, [a, b]) => sum + 1 / (1 + ((x - a) ** 2 + (y - b) ** 2) / reach), 0));
  const order = [...points.keys()].sort((i, j) => near[j] - near[i]);
  return { points: order.map((i) => points[i]), spread: spread(points[order[0]]) };
}

// Where the name of a node stands: in the thick of what is in sight, if that is more than a stray.
function spotInSight(v) {
  const sight = spots[v].map((at) => toScreen(...at)).filter(([x, y]) => x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight);
  return sight.length >= Math.min(3, spots[v].length) ? sight[0] : undefined;
}

function shortened(name) {
  const letters = Array.from(name);
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
}

// Sound, then lyrics; what is long goes on two lines.
function linesOf(name) {
  return name.split(" · ").flatMap((part) => {
    if (part.length <= 20) return [part];
    const gaps = [...part.matchAll(/ /g)].map((gap) => gap.index).sort((a, b) => Math.abs(a - part.length / 2) - Math.abs(b - part.length / 2));
    return gaps.length ? [part.slice(0, gaps[0]), part.slice(gaps[0] + 1)] : [part];
  }).map(shortened);
}

// Which nodes are named, the most welcome first: those whose parts are not named yet, then those above.
function namedNodes() {
  const chosen = new Set(pathOf(state.node));
  const opened = (v) => v === 0 || (PARTS[v].length && (chosen.has(v) || state.zoom >= due[v]));
  const ends = [], above = [];
  const visit = (v) => PARTS[v].forEach((part) => {
    if (!nodesShown[part]) return;
    (opened(part) ? above : ends).push(part);
    if (opened(part)) visit(part);
  });
  visit(0);
  const bySize = (a, b) => NODES[b].size - NODES[a].size;
  return [...ends.sort(bySize), ...above.sort(bySize)].map((v) => ({
    node: v, name: NODES[v].name, at: spotInSight(v), size: SIZES[Math.min(LEVEL[v], 3)],
    face: NODES[v].found ? "700" : "italic 400", faint: opened(v),
  }));
}

function namedClusters() {
  if (state.colour !== "cluster" || DATA.clusters.length > MOST_NAMES) return [];
  const order = [...DATA.clusters].sort((a, b) => b.size - a.size).filter((cluster) => clustersShown.has(cluster.number));
  return order.map(({ name, number }) => ({ node: -1, name, at: middles[number] && toScreen(...middles[number]), size: 12.5, face: NODES.length > 1 ? "400" : "600" })); // bold is what is really there
}

// How many tracks there are must stay readable: a box like those of names.
function keptFree() {
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = document.getElementById("count");
  return { x: offsetLeft + offsetWidth / 2, y: offsetTop + offsetHeight / 2, half: offsetWidth / 2 + 4, high: offsetHeight };
}

// How many points that are asked for are in a box, as a function: sums over all cells above and to the left.
function crowds() {
  const width = Math.ceil(canvas.clientWidth / CELL), height = Math.ceil(canvas.clientHeight / CELL), row = width + 1;
  const sums = new Uint32Array(row * (height + 1));
  const xy = VIEWS[state.view].maps[state.map];
  const [left, top] = toScreen(0, 0), s = scale() / 65534;
  for (let i = 0; i < N; i++) {
    if (!shown[i]) continue;
    const x = Math.floor((left + xy[2 * i] * s) / CELL), y = Math.floor((top - xy[2 * i + 1] * s) / CELL);
    if (x >= 0 && y >= 0 && x < width && y < height) sums[(y + 1) * row + x + 1]++;
  }
  for (let y = 1; y <= height; y++) {
    for (let x = 1, sum = 0; x <= width; x++) {
      sum += sums[y * row + x];
      sums[y * row + x] = sums[(y - 1) * row + x] + sum;
    }
  }
  const cell = (value, most) => Math.max(0, Math.min(Math.round(value / CELL), most));
  return (x, y, half, high) => {
    const [from, to] = [cell(x - half, width), cell(x + half, width)];
    const [above, below] = [cell(y - high / 2, height) * row, cell(y + high / 2, height) * row];
    return sums[below + to] - sums[above + to] - sums[below + from] + sums[above + from];
  };
}

// Where a name can stand, the nearest first: on what it names, then around it. With its distance.
function placesOf([cx, cy], half, high) {
  const around = GAPS.flatMap((gap) => {
    const [dx, dy] = [half + gap, high / 2 + gap];
    return [[0, -dy], [0, dy], [dx, 0], [-dx, 0], [half / 2, -dy], [-half / 2, -dy], [half / 2, dy], [-half / 2, dy]].map((by) => [...by, gap]);
  });
  const within = (value, least, most) => Math.max(least, Math.min(value, most - least));
  return [[0, 0, 0], ...around].map(([dx, dy, gap]) => ({
    x: within(cx + dx, half, canvas.clientWidth), y: within(cy + dy, high / 2, canvas.clientHeight), gap,
  }));
}

// That which hides the fewest points for how far it is off; none where all would hide another name.
function bestPlace(at, half, high, taken, crowd) {
  const edge = radius(); // points reach further than their middles
  let best, least = Infinity;
  for (const { x, y, gap } of placesOf(at, half, high)) {
    if (gap / WORTH >= least) break;
    const free = taken.every((other) => Math.abs(other.x - x) >= half + other.half || Math.abs(other.y - y) >= (high + other.high) / 2 + 3);
    const cost = free ? gap / WORTH + crowd(x, y, half + edge, high + 2 * edge) : Infinity;
    if (cost < least) [best, least] = [{ x, y }, cost];
  }
  return best;
}

function drawNames(ink, ground) {
  placed = [];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.strokeStyle = ground;
  pen.fillStyle = ink;
  const wanted = REGIONS.length && state.colour !== "cluster" ? namedNodes() : namedClusters();
  const most = Math.max(6, (canvas.clientWidth * canvas.clientHeight) / NAME_ROOM);
  const kept = keptFree(), crowd = wanted.length ? crowds() : null;
  for (const { node, name, at, size, face, faint } of wanted) {
    if (!at || (node >= 0 && placed.length >= most)) continue;
    pen.font = `${face} ${size}px ${FONTS}`;
    const lines = linesOf(name);
    const line = 1.28 * size, high = line * lines.length;
    const half = Math.max(...lines.map((text) => pen.measureText(text).width)) / 2 + 4;
    const found = bestPlace(at, half, high, [kept, ...placed], crowd);
    if (!found) continue;
    const { x, y } = found;
    placed.push({ node, name, x, y, half, high });
    const top = y - (high - line) / 2;
    pen.lineWidth = 5;
    pen.globalAlpha = 0.82;
    lines.forEach((text, i) => pen.strokeText(text, x, top + i * line));
    pen.globalAlpha = faint ? 0.6 : 1;
    lines.forEach((text, i) => pen.fillText(text, x, top + i * line));
  }
  pen.globalAlpha = 1;
}

// The node whose name is there, or −1.
function nameUnder(px, py) {
  const name = placed.find(({ x, y, half, high }) => Math.abs(px - x) < half && Math.abs(py - y) < high / 2);
  return name ? name.node : -1;
}
