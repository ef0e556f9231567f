// The keyboard, and the dialog that lists what it does.
"use strict";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const trail = new Set();

function nearestNew() {
  if (state.picked < 0) return step([1, 0]);
  trail.add(state.picked);
  const j = neighboursOf(state.view, state.picked).find((candidate) => !trail.has(candidate));
  if (j !== undefined) pick(j);
}

function step(direction) {
  if (state.picked < 0 || !hasPlace(state.picked)) {
    pick(under(middle(), canvas.clientHeight / 2, 1e5));
    return;
  }
  const j = towards(state.picked, ...direction);
  if (j >= 0) pick(j);
}

const ACTIONS = {
  Enter: playPause,
  n: nearestNew,
  "+": () => zoomAt(middle(), canvas.clientHeight / 2, 1.4),
  "=": () => zoomAt(middle(), canvas.clientHeight / 2, 1.4),
  "-": () => zoomAt(middle(), canvas.clientHeight / 2, 1 / 1.4),
  0: resetSight,
  "/": () => at("search").focus(),
  a: () => select(shownRows()),
  l: () => setLasso(!state.lassoOn),
  v: () => next("view"),
  m: () => next("map"),
  c: () => next("colour"),
  d: () => setTheme(state.theme === "dark" ? "light" : "dark"),
  "?": showHelp,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || at("dialog").open) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape") {
    clearAll();
    pick(-1);
    canvas.focus();
    return;
  }
  if (typing) {
    if (event.key === "Enter" && event.target.id === "search") {
      search(); // typed just now
      const [first] = shownRows();
      if (first !== undefined) pick(first);
      canvas.focus();
    }
    return;
  }
  const button = /^(BUTTON|SUMMARY|AUDIO)$/.test(event.target.tagName);
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key in ARROWS && !button) {
    event.preventDefault();
    step(ARROWS[key]);
  } else if (key in ACTIONS && !(button && key === "Enter")) {
    event.preventDefault();
    ACTIONS[key]();
  }
});

const KEYS = [
  ["arrow keys", "to the next track in that direction"], ["Enter", "play or pause"], ["N", "to the nearest track, then on"],
  ["+ and −", "zoom"], ["0", "show everything"], ["/", "search"], ["A", "select all that is found"], ["L", "lasso (or hold Shift and drag)"],
  ["in the tree", "arrow keys move, open and close; Enter chooses"],
  ["V, M, C", "next view, map, colour"], ["D", "dark or light"], ["Escape", "clear"], ["?", "this list"],
];

const TOUCHES = [
  ["tap", "choose a track"], ["drag", "move the map"], ["two fingers", "zoom"], ["Lasso, then draw", "select tracks"],
  ["a name in the legend", "show or hide"], ["Reset", "show everything"],
];

function showHelp() {
  const [title, rows] = BY_TOUCH ? ["Touch", TOUCHES] : ["Keys", KEYS];
  openDialog(make("h2", {}, title), make("table", {}, make("tbody", {}, ...rows.map(([key, does]) => make("tr", {}, make("td", {}, make("kbd", {}, key)), make("td", {}, does))))),
    make("p", { class: "faint" }, "Distances on the map are only a hint: it has two dimensions, and the list of nearest tracks is made in many."));
}
