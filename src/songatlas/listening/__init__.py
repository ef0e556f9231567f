"""Files for other programs: playlists and the page of the map."""
