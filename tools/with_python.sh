#!/bin/sh
# Run a script with the first Python of a version that the course supports.
# An existing .venv is not asked: the script may have to repair it.
set -u

supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

# A named interpreter is the only one that is tried; its path may hold spaces.
if [ -n "${PYTHON:-}" ]; then
    set -- "$PYTHON" -- "$@"
else
    set -- python3 python3.13 python3.12 python3.11 python -- "$@"
fi

# Up to the "--" come candidates, after it the script and its arguments.
while [ "$1" != "--" ]; do
    candidate=$1
    shift
    if "$candidate" -c "$supported" >/dev/null 2>&1; then
        while [ "$1" != "--" ]; do shift; done
        shift
        exec "$candidate" "$@"
    fi
done

found=$("${PYTHON:-python3}" --version 2>/dev/null || echo "none")
echo "error: the course needs Python 3.11, 3.12 or 3.13 (found: $found)." \
     "Install one, or name it: make lab PYTHON=/path/to/python3.12" >&2
exit 1
