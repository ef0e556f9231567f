// What stands beside the map: the track, the list of tracks, the clusters, and dialogs. Everything
// that people wrote is set as text, never as markup.
"use strict";

const MOST_LISTED = 300;
const BY_TOUCH = matchMedia("(pointer: coarse)").matches; // there are no keys to speak of

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

function present(children) {
  return children.filter((child) => child !== null && child !== undefined && child !== false);
}

// All alone are 100 %, and none alone 0 %.
function percent(x) {
  const whole = Math.round(100 * x);
  return whole === 100 && x < 1 ? "over 99 %" : whole === 0 && x > 0 ? "under 1 %" : `${whole} %`;
}

function minutes(seconds) {
  if (seconds === null) return "";
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function trackButton(i, end = "") {
  return make(
    "li", {},
    make(
      "button",
      { type: "button", class: "row", "data-row": i, "aria-current": i === state.picked ? "true" : undefined, onclick: () => pick(i) },
      make("span", {}, titleOf(i), " ", make("span", { class: "who" }, DATA.tracks.artist[i])),
      make("span", { class: "end" }, end),
    ),
  );
}

function pairs(entries) {
  const list = make("dl");
  for (const [name, value] of entries) {
    if (value) list.append(make("dt", {}, name), make("dd", {}, value));
  }
  return list;
}

function sourceOf(i) {
  return DATA.tracks.preview ? DATA.tracks.preview[i] : DATA.tracks.link[i];
}

function player(i) {
  const source = sourceOf(i);
  if (!source) return make("p", { class: "faint" }, "There is no preview of this track.");
  const audio = make("audio", { id: "audio", controls: true, preload: "none", src: source });
  const trouble = make("p", { class: "warn", hidden: true }, "The file could not be played. Is it still where it was, and a format that this browser knows?");
  audio.addEventListener("error", () => (trouble.hidden = false));
  audio.addEventListener("ended", () => announce("The track has ended."));
  const box = make("div", {}, audio, trouble);
  return box;
}

function sureness(i) {
  return CLUSTER_OF[i] < 0 ? "" : `, confidence ${percent(DATA.tracks.confidence[i])}`;
}

function why(i) {
  const reason = DATA.reasons;
  const lines = [];
  if (reason.sound[i] !== null && reason.lyrics[i] !== null) {
    lines.push(["Decided by", `sound ${percent(reason.sound[i])}, lyrics ${percent(reason.lyrics[i])}`]);
  } else if (i in reason.withoutShares) {
    lines.push(["Decided by", reason.withoutShares[i]]);
  }
  const like = reason.exemplars[i].filter((j) => j !== i).slice(0, 2);
  lines.push(["Most like", like.map(titleOf).join(", ")]);
  lines.push(["Typical", reason.typical[i]], ["Atypical", reason.atypical[i]], ["Heard as", reason.heard[i]]);
  if (reason.second[i] >= 0 && reason.secondConfidence[i] >= 0.005) {
    lines.push(["Next best", `${clusterName(reason.second[i])} (${percent(reason.secondConfidence[i])})`]);
  }
  return lines;
}

function nearestRows(i) {
  return neighboursOf(state.view, i).map((j) => trackButton(j, markFor(j)));
}

function showTrack() {
  const box = document.getElementById("track");
  const i = state.picked;
  if (i < 0) {
    box.replaceChildren(make("p", { class: "faint" }, BY_TOUCH ? "Tap a point to see its track and hear it; two fingers zoom." : "Choose a point to see its track and hear it. Arrow keys go from track to track; ? lists all keys."));
    return;
  }
  const t = DATA.tracks;
  const faithful = VIEWS[state.view].faithful[state.map][i];
  const warnings = [];
  if (!hasPlace(i)) warnings.push(`The view ${state.view} hears nothing of this track: it has no place here.`);
  else if (faithful < MISPLACED) {
    warnings.push(`Misplaced here: of its nearest points on this map only ${faithful} % are really near it. Trust the list below, not the picture.`);
  }
  box.replaceChildren(
    make("h2", { id: "track-title", tabindex: "-1" }, titleOf(i)),
    make("div", { class: "faint" }, [t.artist[i], t.album[i]].filter(Boolean).join(" · ")),
    player(i),
    pairs([
      ["Region", REGIONS.length && placeName(LEAF_OF[i])],
      ["Cluster", `${clusterName(CLUSTER_OF[i])}${sureness(i)}`],
      ["Genre", t.genre[i]],
      ["Language", t.language[i]],
      ["Length", minutes(t.seconds[i])],
      ...why(i),
    ]),
    ...warnings.map((text) => make("p", { class: "warn" }, text)),
    make("h3", {}, "Nearest"),
    make("ol", { id: "nearest" }, ...nearestRows(i)),
  );
}

function showListing() {
  const box = document.getElementById("listing");
  box.classList.toggle("selected", Boolean(state.selection));
  const rows = state.selection || (state.query || state.cluster >= 0 || state.node >= 0 || state.hidden.size ? shownRows() : null);
  if (!rows) {
    box.replaceChildren();
    return;
  }
  const what = state.selection ? "Selection" : state.node >= 0 && !state.query ? NODES[state.node].name : "Found";
  const canLink = Boolean(DATA.tracks.link);
  box.replaceChildren(...present([
    make("h2", { id: "listing-title" }, rows.length ? `${what}: ${rows.length.toLocaleString("en")} ${rows.length === 1 ? "track" : "tracks"}` : "Nothing found"),
    make(
      "div", { class: "actions" },
      canLink && make("button", { type: "button", id: "save-m3u8", disabled: !rows.length, onclick: () => saveM3u8(rows) }, "Save M3U8"),
      make("button", { type: "button", id: "save-csv", disabled: !rows.length, onclick: () => saveCsv(rows) }, "Save CSV"),
      state.node >= 0 && make("button", { type: "button", id: "fit", onclick: () => fit(rows) }, "Zoom to it"),
      make("button", { type: "button", id: "clear", onclick: clearAll }, "Clear"),
    ),
    make("ol", { id: "rows" }, ...rows.slice(0, MOST_LISTED).map((i) => trackButton(i, markFor(i)))),
    rows.length > MOST_LISTED ? make("p", { class: "faint" }, `… and ${(rows.length - MOST_LISTED).toLocaleString("en")} more, all of which are saved`) : null,
  ]));
}

// With the sign of print, and none before what rounds to zero.
function fixed(x, digits) {
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && Number(text) > 0 ? `−${text}` : text;
}

function number(x) {
  return fixed(x, Math.abs(x) >= 100 ? 0 : Math.abs(x) >= 10 ? 1 : 2);
}

function amount(trait, x) {
  return trait.unit === "share" ? percent(x) : `${number(x)}${trait.unit ? ` ${trait.unit}` : ""}`;
}

// A cluster as it stands on the map, its name for who does not see it or asks.
function clusterMark(number) {
  const name = clusterName(number);
  return make("span", { class: "mark", title: name }, make("span", { class: "hidden" }, name), number >= 0 && swatch(number, CLUSTERS));
}

function swatch(category, among, shade = SHADES >> 1) {
  const [plainColour, shape] = markOf(category, among, state.theme), colour = shaded(plainColour, shade);
  const drawn = make("canvas", { width: 32, height: 32, "aria-hidden": "true" });
  drawn.getContext("2d").drawImage(sprite(colour, shape, 5.5, 2, "transparent"), 0, 0);
  return drawn;
}

function showClusters() {
  const open = new Set([...document.querySelectorAll("#clusters details[open]")].map((d) => d.dataset.cluster));
  const items = DATA.clusters.map((c) => {
    const only = state.cluster === c.number;
    return make(
      "details", { "data-cluster": c.number, open: open.has(String(c.number)) },
      make("summary", {}, make("span", { class: "name" }, c.name), make("span", { class: "end" }, `${c.size.toLocaleString("en")} tracks`)),
      make("p", {}, c.reason),
      make("div", { class: "actions" },
        make("button", { type: "button", class: "only", "aria-pressed": String(only), onclick: () => onlyCluster(only ? -1 : c.number) }, "Only this"),
        make("button", { type: "button", class: "all", onclick: () => select(allOf(c.number)) }, "Select all")),
      c.traits.length ? make("h3", {}, "Typical (here, elsewhere)") : null,
      c.traits.length ? make("table", {}, make("tbody", {}, ...c.traits.map((trait) =>
        make("tr", {}, make("td", {}, trait.name), make("td", { class: "faint" }, trait.kind),
          make("td", { class: "number" }, amount(trait, trait.here)), make("td", { class: "number faint" }, amount(trait, trait.elsewhere)))))) : null,
      make("h3", {}, "Exemplars"),
      make("ol", {}, ...c.exemplars.map((i) => trackButton(i))),
      pairs([["Trust", `confidence ${percent(c.confidence)}, silhouette ${fixed(c.silhouette, 2)}`]]),
    );
  });
  const because = DATA.findings.filter((found) => found.verdict === DATA.verdict).slice(0, 3);
  document.getElementById("clusters").replaceChildren(
    make("h2", {}, "Clusters"),
    REGIONS.length ? "" : make("p", { class: "opening" }, DATA.opening), // the tree says it
    make("p", {}, "Verdict: ", make("span", { class: "verdict", "data-verdict": DATA.verdict }, DATA.verdict)),
    make("ul", { class: "because" }, ...because.map((found) => make("li", {}, found.parts.join(" ")))),
    make("button", { type: "button", class: "link", onclick: showVerdict }, "All that was checked"),
    ...items,
  );
}

function allOf(number) {
  const rows = [];
  for (let i = 0; i < N; i++) if (CLUSTER_OF[i] === number) rows.push(i);
  return rows;
}

function showLegend() {
  const counts = new Array(categories.names.length).fill(0);
  for (let i = 0; i < N; i++) counts[categories.of[i]]++;
  const items = (categories.shade ? [] : categories.names).map((name, c) => // the tree itself says regions
    make(
      "button",
      { type: "button", "aria-pressed": String(!state.hidden.has(c)), title: "Show or hide", onclick: () => toggleCategory(c) },
      swatch(c, categories), make("span", { class: "name" }, name), make("span", { class: "n" }, counts[c].toLocaleString("en")),
    ),
  );
  document.getElementById("legend").replaceChildren(...items, ...keyOfNames());
}

function openDialog(...content) {
  document.getElementById("dialog-body").replaceChildren(...content);
  document.getElementById("dialog").showModal();
}

function showVerdict() {
  const meaning = { trustworthy: "There are groups here that other tracks of this kind would show again.", weak: "There is something here, with the reservations below.", "not a clustering": "Do not read anything into these clusters." };
  openDialog(
    make("h2", {}, `Verdict: ${DATA.verdict}`), make("p", {}, DATA.opening), make("p", {}, meaning[DATA.verdict] || ""),
    make("ul", { class: "checks" }, ...DATA.findings.map((f) => {
      const good = f.verdict === "trustworthy";
      return make("li", { "data-verdict": f.verdict }, make("span", { class: "mark", title: f.verdict }, good ? "✓" : "!"), make("strong", {}, `${f.parts[0]} `), f.parts[1]);
    })),
  );
}
