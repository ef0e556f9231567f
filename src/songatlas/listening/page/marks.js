// Colours and shapes: the twelve colours of the pictures, for dark grounds the like of them, which
// every kind of vision tells apart, and seven shapes, so that 84 categories differ in at least one,
// and neighbours in both.
"use strict";

const COLOURS = {
  light: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#332288", "#d55e00", "#56b4e9", "#882255", "#8c564b", "#000000", "#9966ff", "#f0e442"],
  dark: ["#75b7fd", "#f09406", "#9df9c2", "#eeabc0", "#7c53dc", "#e35100", "#3489b3", "#b04d74", "#b27e6f", "#ffffff", "#9d81f4", "#f8ec3e"],
};
const STEPS = {
  light: ["#c9c2b8", "#e0a16b", "#cf6b61", "#8f3f7d", "#3f2a78"],
  dark: ["#4c4a55", "#7a4f8f", "#c4607f", "#f09a63", "#fbe48a"],
};
const SHAPES = ["circle", "triangle", "square", "diamond", "down", "cross", "star"];

function outline(g, shape, x, y, r) {
  g.beginPath();
  if (shape === "circle") g.arc(x, y, r, 0, 2 * Math.PI);
  else if (shape === "square") g.rect(x - 0.86 * r, y - 0.86 * r, 1.72 * r, 1.72 * r);
  else if (shape === "cross") {
    const a = 0.38 * r, b = 1.08 * r;
    const corners = [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]];
    corners.forEach(([dx, dy], i) => (i ? g.lineTo(x + dx, y + dy) : g.moveTo(x + dx, y + dy)));
  } else {
    const corners = { triangle: 3, down: 3, diamond: 4, star: 10 }[shape];
    const turn = shape === "down" ? Math.PI / 2 : -Math.PI / 2;
    for (let i = 0; i < corners; i++) {
      const far = shape === "star" && i % 2 ? 0.5 * r : 1.18 * r;
      const angle = turn + (2 * Math.PI * i) / corners;
      g.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
    }
  }
  g.closePath();
}

const sprites = new Map();

// A mark drawn once and copied for every point.
function sprite(colour, shape, radius, ratio, edge) {
  const key = [colour, shape, radius, ratio, edge].join();
  if (!sprites.has(key)) {
    const side = Math.ceil(2 * (1.3 * radius + 1) * ratio);
    const made = document.createElement("canvas");
    made.width = made.height = side;
    const g = made.getContext("2d");
    g.scale(ratio, ratio);
    outline(g, shape, side / ratio / 2, side / ratio / 2, radius);
    g.fillStyle = colour;
    g.fill();
    g.lineWidth = 0.8;
    g.strokeStyle = edge;
    g.stroke();
    sprites.set(key, made);
  }
  return sprites.get(key);
}

const MOST_CATEGORIES = 24;

function byCount(values) { // every value once, the commonest first
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
}

// As labels are read: of several the first; spellings that differ in case or spaces are one, the commonest.
function labelsOf(texts) {
  const said = texts.map((text) => text.split(";")[0].normalize("NFC").trim().replace(/\s+/g, " "));
  const spelled = new Map();
  for (const text of byCount(said)) if (!spelled.has(text.toLowerCase())) spelled.set(text.toLowerCase(), text);
  return said.map((text) => spelled.get(text.toLowerCase()));
}

// What the points are coloured by: category of every track, and the categories' names in order.
function categoriesBy(what) {
  if (what === "confidence") {
    const names = ["below 0.5", "0.5 – 0.7", "0.7 – 0.9", "0.9 – 0.99", "0.99 – 1"];
    const limits = [0.5, 0.7, 0.9, 0.99];
    const of = DATA.tracks.confidence.map((x) => limits.filter((limit) => x >= limit).length);
    return { of, names, steps: true };
  }
  if (what === "region") {
    const names = REGIONS.map((v) => NODES[v].name);
    const of = Array.from(LEAF_OF, (v) => (v > 0 ? REGION[v] : names.length));
    if (of.includes(names.length)) names.push("in no region");
    return { of, names, shade: Uint8Array.from(LEAF_OF, (v) => SHADE[v]) };
  }
  if (what === "cluster") {
    const names = DATA.clusters.map((cluster) => cluster.name);
    if (CLUSTER_OF.includes(-1)) names.push("in no cluster");
    return { of: Array.from(CLUSTER_OF, (k) => (k < 0 ? names.length - 1 : k)), names };
  }
  const values = labelsOf(DATA.tracks[what]).map((value) => value || "unknown");
  const order = byCount(values);
  const names = order.slice(0, MOST_CATEGORIES);
  const rank = new Map(names.map((name, i) => [name, i]));
  if (order.length > MOST_CATEGORIES) names.push(`${order.length - MOST_CATEGORIES} others`);
  return { of: values.map((value) => rank.get(value) ?? names.length - 1), names };
}

function markOf(category, categories, theme) {
  if (categories.steps) return [STEPS[theme][category], SHAPES[0]];
  if (/^(unknown|in no region)$/.test(categories.names[category])) return [theme === "dark" ? "#6d7680" : "#9aa0a6", "circle"];
  return [COLOURS[theme][category % COLOURS[theme].length], SHAPES[category % SHAPES.length]];
}

// Darker or lighter, by the place of a part in its region.
function shaded(colour, shade) {
  const light = (2 * shade) / (SHADES - 1) - 1;
  const [to, much] = light < 0 ? [0, -0.4 * light] : [255, 0.4 * light];
  const mixed = [1, 3, 5].map((at) => Math.round((1 - much) * parseInt(colour.slice(at, at + 2), 16) + much * to));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

const REGION_MARKS = { names: REGIONS.map((v) => NODES[v].name) };
const CLUSTERS = { names: DATA.clusters.map((cluster) => cluster.name) };
