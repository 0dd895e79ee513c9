"""Why an image was asked about in each cycle, or why not."""
