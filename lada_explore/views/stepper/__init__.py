"""The bar above an explorer: what a run does, and the buttons that control it."""
