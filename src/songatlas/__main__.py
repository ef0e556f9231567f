"""``python -m songatlas``."""

from songatlas.cli import main

if __name__ == "__main__":
    main()
