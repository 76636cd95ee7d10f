#!/bin/sh
# A door with the seed's name: `staging setup`.
exec "$(dirname "$0")/../../.venv/bin/staging" setup "$@"
