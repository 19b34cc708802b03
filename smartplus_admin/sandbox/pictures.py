"""Pictures of the library's videos, pictures and posts, drawn from their ids: something to see where no file was kept."""

import hashlib
import struct
import zlib
from urllib.parse import quote, unquote

from werkzeug.wrappers import Request, Response

PREFIX = "/media/"
WIDTH = 90  # pixels; the height follows the shape of what is shown


def point_to(host: str, key: str, width: int, height: int) -> str:
    """The address of a picture, on the server that was called."""
    return f"{host}{PREFIX.lstrip('/')}{quote(key, safe='')}/{max(1, round(WIDTH * height / width))}.png"


def show_picture(request: Request) -> Response:
    key, _, name = request.path.removeprefix(PREFIX).rpartition("/")
    height = name.removesuffix(".png")
    if not key or not height.isdecimal() or not 1 <= int(height) <= 4 * WIDTH:
        return Response("404 page not found\n", 404)
    return Response(_draw(unquote(key), int(height)), content_type="image/png")


def _draw(key: str, height: int) -> bytes:
    """A gradient with a lighter disc; both colours come of the id."""
    digest = hashlib.sha256(key.encode()).digest()
    top, bottom, middle = digest[0:3], digest[3:6], (WIDTH // 2, height // 2)
    radius = min(WIDTH, height) // (3 + digest[6] % 3)
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # no filter
        mixed = [(top[i] * (height - y) + bottom[i] * y) // height for i in range(3)]
        for x in range(WIDTH):
            inside = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2
            rows += bytes((value + 255) // 2 if inside else value for value in mixed)
    head = struct.pack(">IIBBBBB", WIDTH, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
