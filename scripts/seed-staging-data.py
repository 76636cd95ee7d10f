"""A door with the seed's name: `staging seed`."""

import sys

from staging.cli import main

main(["seed", *sys.argv[1:]])
