// The payload, decoded once: row i of everything is track i.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const N = DATA.tracks.title.length;

function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes.buffer;
}

const NO_PLACE = 65535; // of a coordinate; the others are in 0 … 65534

const VIEWS = {};
for (const [name, view] of Object.entries(DATA.views)) {
  VIEWS[name] = { maps: {}, faithful: {}, near: new Int32Array(bytesOf(view.near)), k: view.k };
  for (const kind of Object.keys(view.maps)) {
    VIEWS[name].maps[kind] = new Uint16Array(bytesOf(view.maps[kind]));
    VIEWS[name].faithful[kind] = new Uint8Array(bytesOf(view.faithful[kind]));
  }
}

const CLUSTER_OF = Int32Array.from(DATA.tracks.cluster);

function titleOf(i) {
  return DATA.tracks.title[i] || DATA.tracks.name[i];
}

function clusterName(number) {
  return number < 0 ? "in no cluster" : DATA.clusters[number].name;
}

function neighboursOf(view, i) {
  const { near, k } = VIEWS[view];
  return Array.from(near.subarray(i * k, (i + 1) * k)).filter((j) => j >= 0);
}

const BEYOND = { ß: "ss", ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

// Without case and accents, so that "beyonce" finds "Beyoncé". Signs that are letters stay: those of vowels
// in Bangla and its like, and what makes ga of ka in Japanese.
function plain(text) {
  if (!/[^\x00-\x7f]/.test(text)) return text.toLowerCase(); // most are, and there are many
  const bare = text.normalize("NFKD").replace(/(?![\u3099\u309a])[\p{Script=Inherited}\u0591-\u05c7]/gu, "");
  return bare.toLowerCase().replace(/[ßøæœłđðþı]/g, (letter) => BEYOND[letter]).normalize("NFC");
}
