"""Why an image is asked."""
