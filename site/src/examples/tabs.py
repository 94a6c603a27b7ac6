import json
import sys


class Playlist:
	"""Songs in the order in which they are played."""

	def __init__(self, name, songs=()):
		self.name = name
		self.songs = list(songs)

	def add(self, title, artist, seconds):
		if seconds <= 0:
			raise ValueError("a song takes time")
		self.songs.append({
			"title": title,
			"artist": artist,
			"seconds": seconds,
		})
		return self

	def length(self):
		return sum(song["seconds"] for song in self.songs)

	def by(self, artist):
		return [song for song in self.songs if song["artist"] == artist]


def load(path):
	with open(path) as file:
		data = json.load(file)
	return Playlist(data["name"], data["songs"])


if __name__ == "__main__":
	for path in sys.argv[1:]:
		playlist = load(path)
		minutes, seconds = divmod(playlist.length(), 60)
		print(f"{playlist.name}: {minutes}:{seconds:02}")
