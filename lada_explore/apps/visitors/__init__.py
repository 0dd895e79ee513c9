"""The server that `lada-explore app` starts: Voila's page and kernels, with nothing else of a Jupyter server.

`places.py` counts who is in, `kernels.py` starts and ends what they get, `handlers.py` answers what a page asks,
`server.py` puts them together, and `__main__.py` and `kernel.py` are the processes. `SECURITY.md` says what a visitor
can and cannot do.
"""

TOKEN, FIRST, PLACE = "JUPYTER_TOKEN", "LADA_EXPLORE_FIRST", "LADA_EXPLORE_PLACE"
"""Variables that the server reads: the token, what stands for it once, and the folder of what is removed at the end."""
