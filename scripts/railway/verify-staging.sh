#!/bin/sh
# A door with the seed's name: `staging verify`.
exec "$(dirname "$0")/../../.venv/bin/staging" verify --target railway "$@"
