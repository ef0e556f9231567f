"""German words: those that every style uses, and those of each style."""

from songatlas.synthesis.lyrics.words import Words

TEMPLATES = (
    "{place} {verb} ich {rest}",
    "ich {verb} {rest} {place}",
    "und {thing} {fate}",
    "{thing} {fate} {place}",
    "{thing} ist {trait} und ich bin es auch",
    "weißt du noch, {thing}?",
    "wir sind {trait} {place}",
    "{thing} {fate} und ich {verb} {rest}",
    "keiner weiß, wie {trait} du bist",
    "sag mir doch, warum: {thing} {fate}",
)
TITLES = (
    "{thing}",
    "{thing} {place}",
    "{trait} {place}",
    "ich {verb} {rest}",
    "{trait} und {trait2}",
)
HEADERS = ("Strophe 1", "Refrain", "Strophe 2", "Refrain")

SHARED = Words(
    things=("die Nacht", "dein Name", "der Morgen", "mein Herz", "der Sommer", "die Stadt"),
    fates=("kommt zurück", "ist vorbei", "wird bleiben", "hört nie auf", "fängt wieder an"),
    doings=(
        "warte auf dich",
        "höre deine Stimme",
        "suche den Weg",
        "denke an gestern",
        "gebe dir meine Hand",
    ),
    places=("zu Hause", "weit von hier", "im Dunkeln", "an deiner Seite", "nach Mitternacht"),
    traits=("frei", "allein", "wach", "verloren", "jung"),
)

THEMES = {
    "Ballad": Words(
        things=(
            "die Kerze",
            "ein alter Brief",
            "das Fenster",
            "der leise Regen",
            "ein Versprechen",
        ),
        fates=("brennt nieder", "fällt so sacht", "wird zu Silber", "lernt zu verzeihen"),
        doings=(
            "halte dein Foto fest",
            "flüstere ein Lebewohl",
            "weine ohne einen Laut",
            "behalte jede Träne",
        ),
        places=("unter dem Mond", "im leeren Zimmer", "unter dem Schnee", "in deinen Armen"),
        traits=("zärtlich", "einsam", "sanft", "zerbrochen"),
    ),
    "Techno": Words(
        things=("das Signal", "die Maschine", "das Neonlicht", "ein Laser", "der Puls"),
        fates=("flackert", "läuft im Kreis", "treibt uns höher", "wiederholt sich"),
        doings=(
            "spüre den Strom",
            "verliere meinen Körper",
            "folge der Frequenz",
            "zähle die Blitze",
        ),
        places=("auf der Tanzfläche", "im Schaltkreis", "um fünf Uhr früh", "in der Schleife"),
        traits=("elektrisch", "schwerelos", "hypnotisiert", "digital"),
    ),
    "Rock": Words(
        things=("der Motor", "die Autobahn", "der Donner", "ein schwerer Zug", "der Verstärker"),
        fates=("schreit laut auf", "sprengt die Ketten", "fängt Feuer", "lässt den Boden beben"),
        doings=(
            "trete die Tür ein",
            "fahre in den Sturm",
            "kämpfe gegen das Gesetz",
            "verbrenne die Brücken",
        ),
        places=("auf der Flucht", "in der Wüste", "an der Tankstelle", "in der ersten Reihe"),
        traits=("wild", "rücksichtslos", "lauter als die Hölle", "unverwundbar"),
    ),
    "Folk": Words(
        things=("der Fluss", "die alte Mühle", "die Ernte", "eine Amsel", "der Fährmann"),
        fates=(
            "singt am Morgen",
            "zieht durch das Tal",
            "biegt sich im Wind",
            "geht auf den Markt",
        ),
        doings=(
            "wandere über grüne Hügel",
            "pflücke wilden Thymian",
            "flicke meines Vaters Mantel",
            "schenke den Apfelwein ein",
        ),
        places=("auf der Wiese", "am Hafen", "unter dem Apfelbaum", "auf dem Dorffest"),
        traits=("müde", "barfuß", "heiter", "auf dem Heimweg"),
    ),
}
