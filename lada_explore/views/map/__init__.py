"""Images and virtual images in the plane."""
