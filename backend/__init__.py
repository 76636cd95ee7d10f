"""The product: the association's membership platform. It deploys alone and imports no neighbour."""
