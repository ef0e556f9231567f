// Names of the clusters on the map, each at the middle of its points, where none hides another.
"use strict";

const MOST_NAMES = 24; // more clusters: names would hide the points
const LONGEST_NAME = 26; // characters of a line
const LINE = 16; // pixels

let middles = []; // of every cluster: x and y as in the data, or null

function middleOf(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

// Anew for every map: the median of each cluster's points.
function findMiddles() {
  const xs = DATA.clusters.map(() => []), ys = DATA.clusters.map(() => []);
  for (let i = 0; i < N; i++) {
    if (CLUSTER_OF[i] < 0 || !hasPlace(i)) continue;
    const [x, y] = place(i);
    xs[CLUSTER_OF[i]].push(x);
    ys[CLUSTER_OF[i]].push(y);
  }
  middles = xs.map((of, k) => (of.length ? [middleOf(of), middleOf(ys[k])] : null));
}

function shortened(name) {
  const letters = Array.from(name);
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
}

function drawNames(ink, ground) {
  if (state.colour !== "cluster" || DATA.clusters.length > MOST_NAMES) return;
  pen.font = "600 12.5px system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK JP', sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  const taken = [];
  for (const cluster of [...DATA.clusters].sort((a, b) => b.size - a.size)) {
    const k = cluster.number;
    if (!middles[k] || !clustersShown.has(k)) continue;
    const lines = cluster.name.split(" · ").map(shortened); // sound, then lyrics
    const half = Math.max(...lines.map((line) => pen.measureText(line).width)) / 2 + 4;
    const high = LINE * lines.length;
    const [cx, y] = toScreen(...middles[k]);
    const x = Math.max(half, Math.min(cx, canvas.clientWidth - half));
    if (taken.some(([tx, ty, other, tall]) => Math.abs(tx - x) < half + other && Math.abs(ty - y) < (high + tall) / 2 + 3)) continue;
    taken.push([x, y, half, high]);
    const top = y - (high - LINE) / 2;
    pen.globalAlpha = 0.82;
    pen.lineWidth = 5;
    pen.strokeStyle = ground;
    lines.forEach((line, i) => pen.strokeText(line, x, top + i * LINE));
    pen.globalAlpha = 1;
    pen.fillStyle = ink;
    lines.forEach((line, i) => pen.fillText(line, x, top + i * LINE));
  }
}
