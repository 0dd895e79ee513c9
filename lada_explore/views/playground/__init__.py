"""LADA on points of the plane, with one method or two side by side."""
