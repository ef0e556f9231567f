"""Jellyfin as its documentation describes it: this is no proof that a real one agrees."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from batteries.http_double import Answer, Request, answering

from songatlas.errors import PlayerError
from songatlas.players.address import parse_address
from songatlas.players.jellyfin import JellyfinPlayer

SONGS = [
    {
        "Id": f"song{i}",
        "Name": f"Song {i}",
        "Path": f"/media/A/{i}.mp3",
        "Artists": ["A", "B"],
        "Album": "First",
        "RunTimeTicks": 1_805_000_000,
        "ProviderIds": {"MusicBrainzRecording": f"mb{i}"},
    }
    for i in range(3)
]


class Double:
    """Keeps playlists as a Jellyfin does: entries have ids of their own."""

    def __init__(self) -> None:
        self.playlists: dict[str, tuple[str, list[tuple[str, str]]]] = {}
        self.n_entries = 0

    def __call__(self, request: Request) -> Answer:
        address = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/jf/Users/AuthenticateByName":
            right = json.loads(request.body) == {"Username": "me", "Pw": "s3same"}
            token = {"AccessToken": "t0ken", "User": {"Id": "u1"}}
            return Answer(json.dumps(token).encode()) if right else Answer(status=401)
        if 'Token="t0ken"' not in request.headers["authorization"]:
            return Answer(status=401)
        parts = address.path.removeprefix("/jf/").split("/")
        body = json.loads(request.body or b"null")
        return Answer(json.dumps(self.answer(request.method, parts, query, body)).encode())

    def answer(self, method: str, parts: list[str], query: dict, body: dict) -> object:
        match method, parts:
            case "GET", ["Items"]:
                lists = [{"Id": i, "Name": name} for i, (name, _) in self.playlists.items()]
                rows = SONGS if query["includeItemTypes"] == "Audio" else lists
                return self.page(rows, query)
            case "POST", ["Playlists"]:
                assert body["IsPublic"] is False
                playlist_id = f"list{len(self.playlists)}"
                self.playlists[playlist_id] = (body["Name"], [])
                self.add(playlist_id, body["Ids"])
                return {"Id": playlist_id}
            case "GET", ["Playlists", playlist_id, "Items"]:
                entries = self.playlists[playlist_id][1]
                return self.page([{"Id": s, "PlaylistItemId": e} for e, s in entries], query)
            case "POST", ["Playlists", playlist_id, "Items"]:
                self.add(playlist_id, query["ids"].split(","))
            case "DELETE", ["Playlists", playlist_id, "Items"]:
                gone = query["entryIds"].split(",")
                entries = self.playlists[playlist_id][1]
                entries[:] = [entry for entry in entries if entry[0] not in gone]
            case "DELETE", ["Items", playlist_id]:
                del self.playlists[playlist_id]
            case "POST", ["Sessions", "Logout"]:
                pass
            case _:
                raise AssertionError((method, parts))
        return None

    def add(self, playlist_id: str, songs: list[str]) -> None:
        for song in songs:
            self.n_entries += 1
            self.playlists[playlist_id][1].append((f"entry{self.n_entries}", song))

    def page(self, rows: list, query: dict) -> dict:
        start, limit = int(query["startIndex"]), int(query["limit"])
        return {"Items": rows[start : start + limit], "TotalRecordCount": len(rows)}


def player(port: int, password: str = "s3same") -> JellyfinPlayer:
    return JellyfinPlayer(
        parse_address(f"jellyfin+http://me@127.0.0.1:{port}/jf"), password=password
    )


def test_a_playlist_is_made_filled_and_removed(monkeypatch):
    monkeypatch.setattr("songatlas.players.jellyfin._PAGE", 2)
    monkeypatch.setattr("songatlas.players.jellyfin._PIECE", 2)
    with answering(Double()) as (port, asked):
        jellyfin = player(port)
        tracks = jellyfin.tracks()
        assert [track.path for track in tracks] == [
            "/media/A/0.mp3",
            "/media/A/1.mp3",
            "/media/A/2.mp3",
        ]
        assert (tracks[0].seconds, tracks[0].recording_id) == (180.5, "mb0")
        made = jellyfin.create('A "b"\n', "song1")
        assert [it.name for it in jellyfin.playlists()] == ['A "b"\n']
        jellyfin.replace(made, ["song2", "song0", "song1"])
        assert jellyfin.entries(made) == ("song2", "song0", "song1")
        jellyfin.replace(made, ["song0"])
        assert jellyfin.entries(made) == ("song0",)
        jellyfin.remove(made)
        assert jellyfin.playlists() == ()
        jellyfin.close()
    assert not any("s3same" in request.path + str(request.headers) for request in asked)


def test_a_server_that_does_not_let_go_hides_nothing():
    server = Double()

    def answer(request: Request) -> Answer:
        return Answer(status=502) if request.path.endswith("/Logout") else server(request)

    with answering(answer) as (port, asked):
        player(port).close()
    assert asked[-1].path == "/jf/Sessions/Logout"


def test_a_wrong_password_and_a_strange_token_are_said():
    with answering(Double()) as (port, _):
        with pytest.raises(PlayerError, match=r"HTTP 401\. Check user and password") as refused:
            player(port, "barley")
        assert "barley" not in str(refused.value)
    strange = {"AccessToken": 'x"\r\nX: y', "User": {"Id": "1"}}
    with (
        answering(lambda request: Answer(json.dumps(strange).encode())) as (port, _),
        pytest.raises(PlayerError, match="token of letters and digits"),
    ):
        player(port)
