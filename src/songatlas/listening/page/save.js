// Lists of tracks as files.
"use strict";

function download(name, type, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function oneLine(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}

// Where the file is, so that the list works from any folder: a path where it lies on a disk.
function playlistPath(i) {
  const url = new URL(DATA.tracks.link[i], location.href);
  url.hash = ""; // the times of a part have lines of their own
  if (url.protocol !== "file:" || url.host) return url.href; // with a host, of a share of Windows
  let path;
  try {
    path = decodeURIComponent(url.pathname);
  } catch (error) {
    if (error instanceof URIError) return url.href; // bytes that are no UTF-8
    throw error;
  }
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path)) return url.href;
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

function saveM3u8(rows) {
  const lines = ["#EXTM3U"];
  for (const i of rows) {
    const seconds = DATA.tracks.seconds[i];
    const label = DATA.tracks.artist[i] ? `${DATA.tracks.artist[i]} - ${titleOf(i)}` : titleOf(i);
    lines.push(`#EXTINF:${seconds === null ? -1 : Math.round(seconds)},${oneLine(label)}`);
    const [, times] = DATA.tracks.link[i].split("#t=");
    ["start", "stop"].forEach((name, at) => {
      const time = times?.split(",")[at];
      if (time) lines.push(`#EXTVLCOPT:${name}-time=${time}`);
    });
    lines.push(playlistPath(i));
  }
  download("songatlas.m3u8", "audio/x-mpegurl", lines.join("\n") + "\n");
}

// A cell that a spreadsheet would run as a formula gets an apostrophe.
function cell(value) {
  const text = String(value);
  const safe = typeof value === "string" && /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function saveCsv(rows) {
  const columns = ["title", "artist", "album", "genre", "language"];
  if (DATA.tracks.link) columns.unshift("path");
  const places = REGIONS.length ? ["region"] : [];
  const lines = [[...columns, "cluster", "cluster_name", "confidence", ...places].join()];
  for (const i of rows) {
    const said = columns.map((name) => cell(DATA.tracks[name][i]));
    lines.push([...said, CLUSTER_OF[i], cell(CLUSTER_OF[i] < 0 ? "" : clusterName(CLUSTER_OF[i])), DATA.tracks.confidence[i], ...places.map(() => cell(LEAF_OF[i] < 0 ? "" : placeName(LEAF_OF[i])))].join());
  }
  download("songatlas.csv", "text/csv", lines.join("\n") + "\n");
}
