"""What an uploaded file is, from its own bytes: size, MD5, format, and a picture's width and height. Nothing of it is kept."""

import hashlib
from dataclasses import dataclass
from typing import IO

CHUNK = 1 << 20
HEAD = 1 << 18  # bytes looked at for the format; a JPEG's size may stand behind its thumbnail
JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers that carry width and height
JPEG_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length


@dataclass(frozen=True, slots=True)
class Media:
    size: int
    signature: str  # MD5, as TikTok wants it
    format: str  # "" when it is none that TikTok takes
    width: int = 0
    height: int = 0


def look_at(file: IO[bytes]) -> Media:
    head = file.read(HEAD)
    digest, size = hashlib.md5(head, usedforsecurity=False), len(head)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    kind = _read_format(head)
    width, height = _measure(kind, head)
    return Media(size, digest.hexdigest(), kind, width, height)


def _read_format(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[4:8] == b"ftyp":
        return "mov" if head[8:10] == b"qt" else "3gp" if head[8:11] == b"3gp" else "mp4"
    if head.startswith((b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")):
        return "mpeg"
    return "avi" if head[:4] == b"RIFF" and head[8:12] == b"AVI " else ""


def _measure(kind: str, head: bytes) -> tuple[int, int]:
    """Width and height of a picture; zeros when its head does not tell."""
    if kind == "png":
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    place = 2
    while kind == "jpeg" and place + 9 <= len(head) and head[place] == 0xFF:
        marker = head[place + 1]
        if marker in JPEG_SIZES:
            return int.from_bytes(head[place + 7 : place + 9]), int.from_bytes(head[place + 5 : place + 7])
        place += 2 if marker in JPEG_BARE else 2 + int.from_bytes(head[place + 2 : place + 4])
    return 0, 0
