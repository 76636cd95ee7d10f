#!/bin/sh
# A door with the seed's name: `staging deploy`.
exec "$(dirname "$0")/../../.venv/bin/staging" deploy "$@"
