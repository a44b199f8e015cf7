"""``python -m mavrs_course`` is the ``mavrs`` command."""

from mavrs_course.cli import app

if __name__ == "__main__":
    app(prog_name="mavrs")
