"""The station as a web application: pages, a JSON interface, crops and tiles of the scans.

    create_app(station, pages, settings=WebSettings(...)) -> an ASGI application

``station`` does all the work and keeps all the data; ``pages`` brings the scans. Nothing here reads a file of the run.
"""

from .app import create_app
from .pages import PageImages, PageInfo, ScanMissing
from .settings import WebSettings

__all__ = ["PageImages", "PageInfo", "ScanMissing", "WebSettings", "create_app"]
