"""What all views stand on: the widget, its figures, its source of records, what is selected, shared parts of a page."""
