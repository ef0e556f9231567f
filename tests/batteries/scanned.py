"""What a scan finds and skips, by path."""

from songatlas.library.scan import Found, duplicate, scan
from songatlas.library.walk import walk
from songatlas.types import Skip

NOBODY = 65534


def look(*roots, **options):
    """Paths found, and codes by path of what is skipped."""
    listing = walk(roots)
    found, skips = [], list(listing.skipped)
    for item in scan(listing, **options):
        if isinstance(item, Found) and item.copy_of:
            skips.append(duplicate(item))
        elif isinstance(item, Found):
            found.append(item.path)
        elif isinstance(item, Skip):
            skips.append(item)
    assert all(skip.stage == "scan" and skip.reason for skip in skips)
    return found, {skip.path: skip.code for skip in skips}
