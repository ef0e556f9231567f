"""English words: those that every style uses, and those of each style."""

from songatlas.synthesis.lyrics.words import Words

TEMPLATES = (
    "{place} I {verb} {rest}",
    "I {verb} {rest} {place}",
    "and {thing} {fate}",
    "{thing} {fate} {place}",
    "{thing} is {trait}, so am I",
    "do you remember {thing}?",
    "we are {trait} {place}",
    "when {thing} {fate} I {verb} {rest}",
    "nobody knows how {trait} you are",
    "tell me why {thing} {fate}",
)
TITLES = ("{thing}", "{thing} {place}", "{trait} {place}", "{verb} {rest}", "{trait} and {trait2}")
HEADERS = ("Verse 1", "Chorus", "Verse 2", "Chorus")

SHARED = Words(
    things=("the night", "your name", "the morning", "my heart", "the summer", "the city"),
    fates=("comes back", "is gone", "will stay", "never ends", "begins again"),
    doings=(
        "wait for you",
        "hear your voice",
        "look for the way",
        "think of yesterday",
        "give you my hand",
    ),
    places=("at home", "far away", "in the dark", "by your side", "after midnight"),
    traits=("free", "alone", "awake", "lost", "young"),
)

THEMES = {
    "Ballad": Words(
        things=("the candle", "an old letter", "the window", "the quiet rain", "a promise"),
        fates=("burns low", "falls softly", "turns to silver", "learns to forgive"),
        doings=(
            "hold your photograph",
            "whisper a goodbye",
            "cry without a sound",
            "keep every tear",
        ),
        places=("under the moon", "in an empty room", "beneath the snow", "in your arms"),
        traits=("tender", "lonely", "gentle", "broken"),
    ),
    "Techno": Words(
        things=("the signal", "the machine", "the neon", "a laser", "the pulse"),
        fates=("flickers", "runs in circles", "drives us higher", "repeats"),
        doings=("feel the current", "lose my body", "follow the frequency", "count the strobes"),
        places=(
            "on the dance floor",
            "inside the circuit",
            "at five in the morning",
            "in the loop",
        ),
        traits=("electric", "weightless", "hypnotised", "digital"),
    ),
    "Rock": Words(
        things=("the engine", "the highway", "the thunder", "a loaded train", "the amplifier"),
        fates=("screams out loud", "breaks the chains", "catches fire", "shakes the ground"),
        doings=("kick the door down", "drive into the storm", "fight the law", "burn the bridges"),
        places=("on the run", "in the desert heat", "down at the gas station", "in the front row"),
        traits=("wild", "reckless", "louder than hell", "bulletproof"),
    ),
    "Folk": Words(
        things=("the river", "the old mill", "the harvest", "a blackbird", "the ferryman"),
        fates=("sings at dawn", "crosses the valley", "bends with the wind", "goes to market"),
        doings=(
            "walk the long green hills",
            "gather wild thyme",
            "mend my father's coat",
            "pour the cider",
        ),
        places=(
            "in the meadow",
            "by the harbour wall",
            "under the apple tree",
            "at the village fair",
        ),
        traits=("weary", "barefoot", "merry", "homeward bound"),
    ),
}
