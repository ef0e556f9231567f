"""The settings of every stage, with the values of the default preset.

Device, number of workers, output folder and verbosity are not settings in this sense: they change
no result and never enter :func:`songatlas.config.config_hash`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class MetadataConfig:
    """Columns of the metadata table whose names are not recognised; empty: by the usual names."""

    file: str = ""
    id: str = ""
    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    composer: str = ""
    disc: str = ""
    lyrics: str = ""
    genre: str = ""
    language: str = ""
    year: str = ""

    @property
    def given(self) -> dict[str, str]:
        """Column by field, of the fields for which one is named."""
        return {field: column for field, column in vars(self).items() if column}


@dataclass(frozen=True, kw_only=True)
class LibraryConfig:
    """What below the folders of music is looked at."""

    exclude: tuple[str, ...] = ()  # globs of files and folders that are left out


@dataclass(frozen=True, kw_only=True)
class AudioConfig:
    """Frame-wise audio features (librosa's names and defaults)."""

    sr: int = 22050
    n_fft: int = 2048
    hop_length: int = 512
    duration: float = 0.0  # seconds from the start; 0 = the whole file
    excerpt: str = ""  # "middle:30", "start:30" or "60:90" (seconds); empty = by `duration`
    min_duration: float = 1.0  # seconds; a shorter file is skipped (E-SHORT)


@dataclass(frozen=True, kw_only=True)
class InputConfig:
    """How frames become the observations of a track."""

    kind: str = "windows"  # statistics a window; or "opening", the first n_frames as they are
    window_frames: int = 128
    max_windows: int = 32  # a track; a longer track gives windows evenly spread over it
    rhythm: bool = True  # fluctuation patterns beside the frame statistics
    percussion: bool = True  # percussive shares of the bands, a modality beside "audio"
    harmony: bool = True  # magnitudes of the chroma, in any key, another
    n_frames: int = 130  # for "opening"
    embedding: str = "auto"  # or "none", a row of EMBEDDINGS, or the path of a description


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """Lyrics to TF-IDF to principal components, or to sentence embeddings."""

    encoder: str = "tfidf"  # or "sentences", a pretrained encoder that reads any language
    strip_headers: bool = True  # section headers and timestamps leak the label; remove them
    tokens: str = "unicode"  # or "scikit-learn", whose pattern breaks scripts with vowel signs
    stop_words: str = "none"  # or "english"
    max_features: int = 20000
    min_df: int = 2  # in at least so many tracks
    max_df: float = 0.5  # in at most this share of the tracks
    sublinear_tf: bool = True
    n_components: int = 64
    n_pieces: int = 4  # observations of a track; 1 is its lyrics as a whole
    whiten: bool = False  # z-score every component, which gives noise the weight of signal


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Which model, and its size."""

    name: str = "track_vae"
    modalities: tuple[str, ...] = ("audio", "embedding", "text")
    n_latent: int = 32
    hidden: int = 256
    dropout: float = 0.3
    modality_dropout: float = 0.2
    variational: bool = True  # False: a plain autoencoder
    condition: str = ""  # metadata column, bandwidth or noise, given to a conditional VAE


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Optimisation."""

    epochs: int = 12
    steps_per_epoch: int = 25  # an epoch is as many passes as this takes; 0: exactly one pass
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    beta: float = 1.0
    beta_warmup_epochs: int = 0  # linear from 0
    gradient_norm: float = 1.0
    averaging: float = 0.99  # decay of the moving average of the parameters; 0: none
    validation_fraction: float = 0.1  # 0: choose the checkpoint by training loss
    patience: int = 3  # epochs without a better loss; 0: never stop early
    plateau_patience: int = 0  # halve the learning rate after so many epochs; 0: never


@dataclass(frozen=True, kw_only=True)
class ViewConfig:
    """What of the fitted model's inputs a track's place is made from; nothing is trained again."""

    name: str = "joint"  # or "audio" or "lyrics"
    lyrics_weight: float = 0.5  # 0: the sound alone, 1: the lyrics alone; with "joint" only


@dataclass(frozen=True, kw_only=True)
class ClusteringConfig:
    """Partitions of the latent space."""

    k: int = 0  # 0: chosen in k_min … k_max by `choice`
    k_min: int = 2
    k_max: int = 12
    choice: str = "joint"  # silhouette, stability and size; or "silhouette" alone
    n_init: int = 10
    space: str = "decoded"  # or "information" or "mean": see songatlas.models.spaces
    dbscan_eps: float = 0.0  # 0: the knee of the k-distance curve
    dbscan_min_samples: int = 10


@dataclass(frozen=True, kw_only=True)
class TreeConfig:
    """The tree of regions, parts and lists."""

    children_min: int = 3  # parts of a node where the division is convenient
    children_max: int = 9
    leaf_min: int = 15  # tracks of a list
    leaf_max: int = 60
    detail: str = "auto"  # level that lists and names are about: coarse, medium, fine


@dataclass(frozen=True, kw_only=True)
class EvaluationConfig:
    """Scores against labels and by themselves."""

    label_column: str = "genre"
    n_bootstrap: int = 500
    n_permutations: int = 999


@dataclass(frozen=True, kw_only=True)
class ProjectionConfig:
    """Pictures of the latent space."""

    tsne_perplexity: float = 30.0
    umap_neighbors: int = 15
    umap_min_dist: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings of a run.

    Examples
    --------
    >>> from songatlas.config import load_config, replace
    >>> config = load_config(preset="original")
    >>> config.text.max_features, config.clustering.k_min
    (500, 3)
    >>> replace(config, {"clustering": {"k": 4}}).clustering.k
    4
    """

    preset: str = "default"
    seed: int = 42
    metadata: MetadataConfig = field(default_factory=MetadataConfig)
    library: LibraryConfig = field(default_factory=LibraryConfig)
    audio: AudioConfig = field(default_factory=AudioConfig)
    input: InputConfig = field(default_factory=InputConfig)
    text: TextConfig = field(default_factory=TextConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    view: ViewConfig = field(default_factory=ViewConfig)
    clustering: ClusteringConfig = field(default_factory=ClusteringConfig)
    tree: TreeConfig = field(default_factory=TreeConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    projection: ProjectionConfig = field(default_factory=ProjectionConfig)
