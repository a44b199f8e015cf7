"""Looks at a finished site: every link leads somewhere, nothing is fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
FETCHING_LINKS = {"stylesheet", "preload", "prefetch", "preconnect", "icon", "modulepreload"}
IN_STYLE = re.compile(r"""(?:url\(|@import)\s*['"]?((?:https?:)?//[^'")\s]+)""")
ANSWERS = ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS")


def problems(site: Path) -> Iterator[str]:
    """What is wrong with the site in this folder, a sentence each, naming the page."""
    pages = {path: SitePage(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(site)
        for address in page.fetched:
            if _is_outside(address):
                yield f"{name}: it fetches {address}"
        for address in (*page.fetched, *page.links):
            if reason := _dead(address, path, site, pages):
                yield f"{name}: {reason}"
        for address in page.without_alt:
            yield f"{name}: the image {address[:60]} has no description"
    for path in sorted(site.rglob("*.css")):
        for address in IN_STYLE.findall(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)}: it fetches {address}"
    for path in sorted([*pages, *site.rglob("*.ipynb")]):
        text = path.read_text(encoding="utf-8")
        if any(mark in text for mark in ANSWERS):
            yield f"{path.relative_to(site)}: it holds a solution"


class SitePage(HTMLParser):
    """What a page links to, what it fetches, and what can be linked to in it."""

    def __init__(self, path: Path):
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.without_alt: list[str] = []
        self.anchors: set[str] = set()
        self.in_style = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.in_style = tag == "style"
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in FETCHING and given.get(FETCHING[tag]):
            self.fetched.append(given[FETCHING[tag]])
        if tag == "link" and FETCHING_LINKS & set(given.get("rel", "").split()):
            self.fetched.append(given.get("href", ""))
        if tag == "img" and not given.get("alt", "").strip():
            self.without_alt.append(given.get("src", ""))
        self.fetched += IN_STYLE.findall(given.get("style", ""))

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.fetched += IN_STYLE.findall(data)


def _is_outside(address: str) -> bool:
    return address.startswith("//") or urlsplit(address).scheme in ("http", "https")


def _dead(address: str, page: Path, site: Path, pages: dict[Path, SitePage]) -> str:
    """Why a link leads nowhere, or nothing."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return "" if parts.scheme != "file" else f"the link to {address} is of one machine"
    if parts.path.startswith("/"):
        return f"the link to {address} starts at a server's root, which a disk has not"
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_relative_to(site.resolve()):
        return f"the link to {address} leads out of the site"
    if not target.is_file():
        return f"the link to {address} leads nowhere"
    fragment = unquote(parts.fragment)
    if fragment and target in pages and fragment not in pages[target].anchors:
        return f"the link to {address}: there is no such place on that page"
    return ""
