"""What all views stand on: the widget, its figures, its source of records, what is selected, and shared parts of the page."""
