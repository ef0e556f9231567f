"""What a person corrects is kept, found again, and made once."""

import dataclasses

import numpy as np
import pytest
from listening.conftest import make_atlas

from songatlas.atlas.changes import Changes
from songatlas.atlas.corrections import apply_names, correct
from songatlas.atlas.keeping import keep_names
from songatlas.errors import ConfigError
from songatlas.results.corrections import Corrections
from songatlas.revision.merge import find_moved


@pytest.fixture
def atlas(tmp_path):
    """Twelve tracks on a line in three clusters of four."""
    return make_atlas(tmp_path, tmp_path / "music", 12, 3)


def paths(atlas, *rows):
    return tuple(atlas.tracks[row].path for row in rows)


def corrected(atlas, **given):
    X = atlas.views["joint"].coordinates
    return correct(atlas.labels, X, atlas.tracks, Corrections(**given))


def test_merged_is_one_and_stays_one(atlas):
    merge = ((paths(atlas, 0, 1), paths(atlas, 9, 10)),)
    found = corrected(atlas, merge=merge)
    assert found.tolist() == [0] * 4 + [1] * 4 + [0] * 4
    again = dataclasses.replace(atlas, labels=found)
    np.testing.assert_array_equal(corrected(again, merge=merge), found)


def test_split_is_two_and_stays_two(atlas):
    split = ((paths(atlas, 4, 5), paths(atlas, 7)),)
    found = corrected(atlas, split=split)
    assert found.tolist() == [0, 0, 0, 0, 1, 1, 3, 3, 2, 2, 2, 2]
    again = dataclasses.replace(atlas, labels=found)
    np.testing.assert_array_equal(corrected(again, split=split), found)


def test_tracks_together_and_apart(atlas):
    found = corrected(atlas, together=(paths(atlas, 3, 4),), apart=(paths(atlas, 8, 9),))
    assert found[3] == found[4]
    assert found[8] != found[9]
    with pytest.raises(ConfigError, match=r"cannot all be met.*a/0000[34]\.ogg"):
        corrected(atlas, together=(paths(atlas, 3, 4),), apart=(paths(atlas, 4, 3),))


def test_what_has_gone_is_no_trouble(atlas):
    found = corrected(
        atlas, merge=((("gone",), paths(atlas, 0)),), split=((("gone",), ("gone",)),),
        together=(("gone", "a/00001.ogg"),),
    )  # fmt: skip
    np.testing.assert_array_equal(found, atlas.labels)


def test_a_cluster_that_vanishes_leaves_no_gap(atlas):
    everyone = paths(atlas, 4, 5, 6, 7)
    pairs = tuple((atlas.tracks[0].path, path) for path in everyone)
    found = corrected(atlas, together=pairs)
    assert sorted(set(found.tolist())) in ([0, 1], [0, 1, 2])
    assert found.max() + 1 == len(set(found.tolist()))


def test_names_follow_their_tracks(atlas):
    rename = ((paths(atlas, 4, 5, 6), "Late night"),)
    named = apply_names(atlas.clusters, atlas.labels, atlas.tracks, Corrections(rename=rename))
    assert [(c.name, c.named_by) for c in named][1] == ("Late night", "person")
    swapped = 2 - atlas.labels
    found = apply_names(atlas.clusters, swapped, atlas.tracks, Corrections(rename=rename))
    assert found[1].name == "Late night"
    twice = ((paths(atlas, 0), "Same"), (paths(atlas, 4), "same"))
    with pytest.raises(ConfigError, match="must differ"):
        apply_names(atlas.clusters, atlas.labels, atlas.tracks, Corrections(rename=twice))


def test_merged_is_named_anew_and_what_is_only_renumbered_is_not(atlas):
    fresh = [dataclasses.replace(c, name=f"New {c.number}") for c in atlas.clusters[:2]]
    labels = np.array([0] * 7 + [0, 1, 1, 1, 1])
    kept = keep_names(fresh, labels, atlas.tracks, atlas, corrected=True)
    assert [c.name for c in kept] == ["New 0", "Fast 2"]
    most = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2])  # a new training: not quite a merger
    assert keep_names(fresh, most, atlas.tracks, atlas)[0].name == "Fast 0"
    assert keep_names(fresh, most, atlas.tracks, atlas, corrected=True)[0].name == "New 0"
    mine = dataclasses.replace(atlas.clusters[1], name="Mine", named_by="person")
    before = dataclasses.replace(atlas, clusters=(atlas.clusters[0], mine, atlas.clusters[2]))
    one_more = np.array([1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    assert keep_names(fresh, one_more, atlas.tracks, before, corrected=True)[0].name == "Mine"


def test_another_number_is_not_another_cluster(atlas):
    now = dataclasses.replace(atlas, labels=np.array([0] * 8 + [1] * 4))  # 0 and 1 merged
    rows = tuple(range(12))
    changes = Changes(before=rows, replaced=(-1,) * 12, gone=())
    assert find_moved(atlas, now, changes) == (4, {2: 1})
    assert find_moved(atlas, atlas, changes) == (0, {})
    first = Changes(before=(-1, *rows[1:]), replaced=(0, *[-1] * 11), gone=())
    other = dataclasses.replace(atlas, labels=np.array([1, *atlas.labels[1:]]))
    assert find_moved(atlas, other, first) == (1, {})  # another content, in another cluster


def test_names_are_kept_through_a_new_training(atlas):
    clusters = list(atlas.clusters)
    clusters[2] = dataclasses.replace(clusters[2], name="Mine", named_by="person")
    before = dataclasses.replace(atlas, clusters=tuple(clusters))
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 0, 1, 2])  # the last one fell apart
    fresh = [dataclasses.replace(c, name=f"New {c.number}") for c in atlas.clusters]
    kept = keep_names(fresh, labels, atlas.tracks, before)
    assert [c.name for c in kept] == ["Fast 0", "Fast 1", "Mine"]
    other = np.array([0, 1, 2] * 4)
    names = [c.name for c in keep_names(fresh, other, atlas.tracks, before)]
    assert "Mine" in names
    assert sum(name.startswith("New") for name in names) == 2


def test_what_is_as_it_was_wished_keeps_its_numbers(atlas):
    """Merged, then both split again: the same clusters, which must not look like others."""
    wishes = {
        "merge": ((paths(atlas, 0), paths(atlas, 4)),),
        "split": ((paths(atlas, 0, 1, 2, 3), paths(atlas, 4, 5, 6, 7)),),
    }
    np.testing.assert_array_equal(corrected(atlas, **wishes), atlas.labels)
    np.testing.assert_array_equal(
        corrected(dataclasses.replace(atlas, labels=2 - atlas.labels), **wishes), 2 - atlas.labels
    )


def test_a_name_outlives_the_tracks_that_it_was_given_by(atlas):
    mine = dataclasses.replace(atlas.clusters[1], name="Mine", named_by="person")
    clusters = (atlas.clusters[0], mine, atlas.clusters[2])
    gone = Corrections(rename=((("gone", "too"), "Mine"),))
    named = apply_names(clusters, atlas.labels, atlas.tracks, gone)
    assert [c.name for c in named] == ["Fast 0", "Mine", "Fast 2"]
