"""A finished run in words, and other clusters of the same tracks."""

import dataclasses
import json

import numpy as np
import pytest
from typer.testing import CliRunner

import songatlas
from songatlas.atlas.explain import explain_track, find_subject
from songatlas.cli import app
from songatlas.errors import ConfigError
from songatlas.extraction.descriptors import with_speech
from songatlas.models.decision import Decision
from songatlas.results.descriptions import read_reasons, write_reasons
from songatlas.results.read import read_atlas
from songatlas.stages.describe import describe_clusters, explain_tracks, read_evidence
from songatlas.words.evidence import heard_in_tracks
from songatlas.words.names import name_clusters
from songatlas.words.traits import find_traits


@pytest.fixture(scope="module")
def atlas(finished: songatlas.RunResult):
    return read_atlas(finished.out)


def test_every_track_has_its_reason(finished, atlas) -> None:
    names = [cluster.name for cluster in atlas.clusters]
    assert len({*names}) == len(names)
    for row, reason in enumerate(atlas.reasons):
        own = int(atlas.labels[row])
        assert reason.second not in (own, -1)
        assert 0 <= reason.second_confidence <= 1 - atlas.confidence[row] + 1e-9
        assert not reason.shares or sum(reason.shares.values()) == pytest.approx(1)
        assert {*reason.exemplars} <= {*atlas.clusters[own].exemplars} - {row}
        if not finished.tracks[row].lyrics:
            assert reason.shares in ({}, {"sound": 1.0, "lyrics": 0.0})


def test_a_genre_is_one_however_it_is_spelled(finished) -> None:
    spelled = [
        dataclasses.replace(track, genre=track.genre.upper() if row % 3 == 0 else track.genre)
        for row, track in enumerate(finished.tracks)
    ]
    said, again = (
        read_evidence(tracks, finished.descriptors, finished.config).genres
        for tracks in (finished.tracks, spelled)
    )
    assert [genre.casefold() for genre in again] == [genre.casefold() for genre in said]
    assert len({*again}) == len({*said}) > 1


def test_other_clusters_of_the_same_tracks(finished) -> None:
    """Tracks by the language of their words: the names say so; some are in no cluster."""
    languages = np.array([track.language for track in finished.tracks])
    labels = np.select([languages == "de", languages == "en"], [0, 1], -1)
    coordinates = finished.placement.coordinates.copy()
    coordinates[labels < 0] = np.nan
    evidence = read_evidence(finished.tracks, finished.descriptors, finished.config)
    clusters = describe_clusters(
        evidence,
        labels,
        finished.tracks,
        coordinates=coordinates,
        confidence=np.ones(len(labels)),
    )
    assert [cluster.name.split(" · ")[0] for cluster in clusters] == ["German", "English"]
    assert [sorted(cluster.rows) for cluster in clusters] == [
        np.flatnonzero(labels == k).tolist() for k in (0, 1)
    ]
    reasons = explain_tracks(
        evidence,
        clusters,
        labels,
        coordinates,
        Decision.unknown(len(labels)),
    )
    assert {reasons[row].typical for row in np.flatnonzero(labels == 0)} == {"German"}
    nowhere = [reasons[row] for row in np.flatnonzero(labels < 0)]
    assert nowhere
    assert {(r.typical, r.atypical, r.exemplars, r.second) for r in nowhere} == {("", "", (), -1)}


def test_what_a_track_is_heard_as_is_written_read_and_explained(finished, atlas, tmp_path) -> None:
    n_tracks = len(finished.tracks)
    names = ("violin", "sexy", "piano", "rock", "pop", "folk", "hip-hop")
    tags = np.tile([0.5, 0.9, 0.1, 0.2, 0.6, 0.3, 0.4], (n_tracks, 1))
    tags[1] = np.nan
    heard = dataclasses.replace(finished.descriptors, tag_names=names, tags=tags)
    evidence = read_evidence(finished.tracks, heard, finished.config)
    decision = Decision.unknown(n_tracks)
    told = (evidence, atlas.clusters, atlas.labels, finished.placement.coordinates, decision)
    reasons = explain_tracks(*told)
    assert reasons[0].heard == ("pop", "violin", "hip-hop", "folk", "rock")
    assert reasons[1].heard == ()
    write_reasons(tmp_path, reasons, finished.tracks)
    assert read_reasons(tmp_path, finished.tracks) == reasons
    explained = explain_track(dataclasses.replace(atlas, reasons=reasons), 0)
    assert explained["heard"] == [*reasons[0].heard]
    assert {reason.heard for reason in atlas.reasons} == {()}  # that run had no ear


def test_a_cluster_of_speech_is_called_that_with_an_ear_or_without(finished) -> None:
    n_tracks = len(finished.tracks)
    labels = (np.arange(n_tracks) >= n_tracks // 2).astype(np.int64)
    hip_hop = np.column_stack([np.full((n_tracks, 6), 0.1), 0.2 + 0.7 * labels])
    names = ("rock", "pop", "folk", "jazz", "piano", "soul", "hip-hop")
    for tag_names, tags in ((names, hip_hop), ((), np.zeros((n_tracks, 0)))):
        told = with_speech(tag_names, tags, labels == 1)
        descriptors = dataclasses.replace(
            finished.descriptors, sound=np.zeros((n_tracks, 9)), tag_names=told[0], tags=told[1]
        )
        evidence = read_evidence(finished.tracks, descriptors, finished.config)
        traits = find_traits(evidence, labels, 2)
        assert [trait.name for trait in traits[1] if trait.kind == "tag"] == ["speech"]
        assert name_clusters(traits)[1].startswith("Speech")
        heard = [
            reason for row, reason in zip(labels, heard_in_tracks(evidence), strict=True) if row
        ]
        assert {*heard} == {("speech",)}


def test_a_query_means_a_cluster_or_a_track(atlas) -> None:
    assert find_subject(atlas, "1") == ("cluster", 1)
    assert find_subject(atlas, atlas.clusters[0].name) == ("cluster", 0)
    assert find_subject(atlas, atlas.tracks[3].path) == ("track", 3)
    with pytest.raises(ConfigError, match="Nor is it one of the clusters 0 "):
        find_subject(atlas, "no such thing at all")


def test_a_track_without_a_cluster_is_explained(atlas) -> None:
    labels = atlas.labels.copy()
    labels[0] = -1
    reason = dataclasses.replace(atlas.reasons[0], second=-1)
    lonely = dataclasses.replace(atlas, labels=labels, reasons=(reason, *atlas.reasons[1:]))
    found = explain_track(lonely, 0)
    assert (found["cluster"], found["second"]) == (None, None)


def test_a_track_without_shares_is_told_why(atlas) -> None:
    def told(**changes) -> str:
        reason = dataclasses.replace(atlas.reasons[0], **changes)
        return dataclasses.replace(atlas, reasons=(reason, *atlas.reasons[1:])).without_shares(0)

    assert told(shares={"sound": 1.0, "lyrics": 0.0}) == ""
    assert "nothing in it speaks for its cluster" in told(shares={})
    assert "corrected by hand" in told(shares={}, second=-1)
    alone = dataclasses.replace(atlas.reasons[0], shares={}, second=-1)
    one = dataclasses.replace(
        atlas,
        clusters=atlas.clusters[:1],
        labels=np.zeros_like(atlas.labels),
        reasons=(alone, *atlas.reasons[1:]),
    )
    assert one.without_shares(0) == "there is no other cluster"
    assert explain_track(one, 0)["without_shares"] == one.without_shares(0)


def test_explain_says_it_to_people_and_programs(finished, atlas, monkeypatch) -> None:
    def say(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["explain", str(finished.out), *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    everything = say()
    for c in atlas.clusters:
        assert f"{c.number}  {c.name} ({len(c.rows)} tracks)\n   {c.reason}" in everything
        assert f"{c.number}  {c.name} ({len(c.rows)} tracks)\n{c.reason}\n" in say(str(c.number))
    path = atlas.tracks[0].path
    assert "Next would be" in say(path) or atlas.reasons[0].second_confidence < 0.005
    doubtful = dataclasses.replace(atlas.reasons[0], second=1, second_confidence=0.25)
    changed = dataclasses.replace(atlas, reasons=(doubtful, *atlas.reasons[1:]))
    with monkeypatch.context() as patched:
        patched.setattr("songatlas.atlas.opened.read_atlas", lambda folder: changed)
        assert f"Next would be 1  {atlas.clusters[1].name}, confidence 0.25" in say(path)
    found = json.loads(say(path, "--json"))
    assert found["path"] == path
    assert found["shares"] == dict(atlas.reasons[0].shares)
    assert json.loads(say("1", "--json"))["traits"] == [vars(t) for t in atlas.clusters[1].traits]
    assert len(json.loads(say("--json"))) == len(atlas.clusters)


def test_what_people_wrote_steers_no_terminal(finished, atlas, tmp_path, monkeypatch) -> None:
    evil = "\x1b[31mred\x07\u202e"
    tracks = tuple(dataclasses.replace(t, title=f"{evil}{i}") for i, t in enumerate(atlas.tracks))
    clusters = tuple(
        dataclasses.replace(c, name=f"{evil}{c.number}", reason=evil) for c in atlas.clusters
    )
    changed = dataclasses.replace(atlas, tracks=tracks, clusters=clusters)
    monkeypatch.setattr("songatlas.atlas.opened.read_atlas", lambda folder: changed)
    for query in ("0", tracks[0].path, None):
        arguments = ["explain", str(finished.out), *([query] if query else [])]
        output = CliRunner().invoke(app, arguments).output
        assert "red" in output
        assert not {*evil} - {*"[31mred"} & {*output}


def test_a_cluster_whose_tracks_are_all_gone_explains_none(finished, atlas) -> None:
    gone = dataclasses.replace(atlas.clusters[0], number=len(atlas.clusters), rows=(), exemplars=())
    evidence = read_evidence(finished.tracks, finished.descriptors, finished.config)
    reasons = explain_tracks(
        evidence,
        [*atlas.clusters, gone],
        atlas.labels,
        finished.placement.coordinates,
        Decision.unknown(len(atlas.labels)),
    )
    assert [reason.exemplars for reason in reasons] == [r.exemplars for r in atlas.reasons]
