"""The images that were asked, cycle by cycle."""
