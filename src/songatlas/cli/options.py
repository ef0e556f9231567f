"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Music = Annotated[
    list[Path], typer.Argument(metavar="MUSIC", help="Folders of music (or audio files).")
]
Results = Annotated[
    Path, typer.Argument(metavar="RESULTS", help="Folder of a finished run.", show_default=False)
]
Preset = Annotated[
    str | None,
    typer.Option(metavar="default|original", help="Recipe that all settings start from."),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB",
        help="Files and folders to leave out, such as Audiobooks or 'Jazz/**/*.mp3'. Repeatable.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="TOML", help="Settings; see 'songatlas config show'."),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="One setting, such as model.n_latent=16. Repeatable."
    ),
]
Embedding = Annotated[
    list[str] | None,
    typer.Option(
        metavar="auto|none|musicnn|FILE.toml",
        help="Pretrained network to listen with; auto is musicnn where it is installed, and "
        "musicnn installs it. Repeatable.  [auto]",
    ),
]
Excerpt = Annotated[
    str | None,
    typer.Option(
        metavar="middle:S|start:S|FROM:TO",
        help="Seconds of each file that are read and analysed.  [all]",
    ),
]
Seed = Annotated[
    int | None, typer.Option(metavar="N", help="Seed of everything random.  [42]", min=0)
]
Cache = Annotated[
    Path | None,
    typer.Option(
        envvar="SONGATLAS_CACHE",
        metavar="FOLDER",
        help="Folder of extracted features.  [the user's cache folder]",
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Decoding processes.  [one a core]", metavar="N")
]
Timeout = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="Longest time for a file, beside 4 s a megabyte.  [SONGATLAS_TIMEOUT or 120]",
    ),
]
Memory = Annotated[
    int | None,
    typer.Option(
        metavar="MB", help="Most memory of a decoding process.  [SONGATLAS_MEMORY or 2048]"
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="Stop at the first file that cannot be used (exit 3), and write nothing."
    ),
]
Dask = Annotated[
    str | None,
    typer.Option(
        metavar="tcp://HOST:PORT|local:N",
        help="Extract and place on the workers of a dask scheduler, or on N processes here; needs "
        "songatlas[dask]. All workers must see the files under the same paths.",
    ),
]
Shards = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Folder (or fsspec URL) that all machines share, for --dask.  [shards in the cache]",
    ),
]
TextEncoder = Annotated[
    str | None,
    typer.Option(
        metavar="tfidf|sentences",
        help="How lyrics are read; sentences needs songatlas[sentences].  [tfidf]",
    ),
]
View = Annotated[
    str | None,
    typer.Option(
        metavar="joint|audio|lyrics",
        help="What a track's place is made from: sound and lyrics, the sound (audio) or the "
        "lyrics alone; nothing is trained again.",
    ),
]
ListDetail = Annotated[
    str,
    typer.Option(
        "--detail",
        metavar="coarse|medium|fine|clusters",
        help="Lists down to that level of the tree, or of the clusters.  [as in the run]",
    ),
]
NodeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--node", metavar="ID|NAME", help="This part of the tree alone, such as A.2. Repeatable."
    ),
]
LyricsWeight = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=1.0,
        metavar="W",
        help="0 is the sound alone, 1 the lyrics alone, 0.5 as trained.",
    ),
]
Previews = Annotated[
    float,
    typer.Option(
        "--embed-previews",
        min=0.0,
        max=60.0,
        metavar="SECONDS",
        show_default=False,
        help="Put so much of every track into the page, and no links.  [links only]",
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace another finished run in the folder.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
