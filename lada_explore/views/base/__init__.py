"""What all views share: the widget, figures, the source of records, the selection, and the common parts of a page."""
