"""Supysonic with its own database: FOLDER MUSIC PORT USER PASSWORD."""

import sys
from pathlib import Path


def serve(folder: Path, music: str, port: int, user: str, password: str) -> None:
    from supysonic.config import DefaultConfig
    from supysonic.db import init_database, release_database
    from supysonic.managers.folder import FolderManager
    from supysonic.managers.user import UserManager
    from supysonic.scanner import Scanner
    from supysonic.web import create_application
    from werkzeug.serving import run_simple

    config = DefaultConfig()
    config.BASE = {**config.BASE, "database_uri": f"sqlite:///{folder / 'supysonic.db'}"}
    config.WEBAPP = {**config.WEBAPP, "cache_dir": str(folder), "mount_webui": False}
    init_database(config.BASE["database_uri"])
    UserManager.add(user, password)
    UserManager.add("another", "secret of another")
    FolderManager.add("music", music)
    scanner = Scanner()
    scanner.queue_folder("music")
    scanner.run()
    release_database()
    run_simple("127.0.0.1", port, create_application(config), threaded=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:6])
