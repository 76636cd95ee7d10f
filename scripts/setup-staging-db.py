"""A door with the seed's name: `staging database`."""

import sys

from staging.cli import main

main(["database", *sys.argv[1:]])
