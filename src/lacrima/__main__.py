"""So that `python -m lacrima` does what `lacrima` does."""

from lacrima.cli.main import run

if __name__ == "__main__":
    run()
