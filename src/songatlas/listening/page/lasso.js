// The line that is drawn around points, above a picture of the map that is painted once.
"use strict";

let backdrop = null; // the map without the line, while one is drawn

// Whether all there was to paint was the line: nothing below it has changed.
function lassoOver(sight, ratio) {
  const { picture, ...was } = backdrop || {};
  if (!state.lasso || !picture || JSON.stringify(was) !== JSON.stringify(belowLine(sight))) return false;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.drawImage(picture, 0, 0);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawLasso();
  return true;
}

function keepForLasso(sight) {
  backdrop = null;
  if (!state.lasso) return;
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height;
  picture.getContext("2d").drawImage(canvas, 0, 0);
  backdrop = { picture, ...belowLine(sight) };
}

function drawLasso() {
  if (!state.lasso || state.lasso.length < 2) return;
  pen.beginPath();
  state.lasso.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--ink");
  pen.lineWidth = 1.5;
  pen.setLineDash([5, 4]);
  pen.stroke();
  pen.setLineDash([]);
}

// What the look of the map depends on, also where keys change it while the line is drawn.
function belowLine(sight) {
  const { theme, colour, picked, hovered, rings, query, cluster, node, selection } = state;
  const hidden = [...state.hidden].join(), size = [canvas.width, canvas.height].join();
  return { sight, size, theme, colour, picked, hovered, rings, query, cluster, node, hidden, selected: selection ? selection.length : -1 };
}

function inside(line, x, y) {
  let within = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [xi, yi] = line[i], [xj, yj] = line[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

function inLasso(line) {
  return shownRows().filter((i) => inside(line, ...onScreen(i)));
}
