"""One pair of images and the path between them."""
