"""The server that `lada-explore app` starts: Voila's page and its kernels, without the rest of a Jupyter server.

`places.py` counts the kernels of each visitor, `kernels.py` starts and ends them, `handlers.py` answers requests,
`board.py` collects how far the groups are and `teacher.py` shows it, `server.py` puts them together; `__main__.py` and
`kernel.py` are the processes. `SECURITY.md` says what a visitor can and cannot do.
"""

TOKEN, FIRST, PLACE = "JUPYTER_TOKEN", "LADA_EXPLORE_FIRST", "LADA_EXPLORE_PLACE"
TEACHER = "LADA_EXPLORE_TEACHER"
"""Environment variables of the server: the token, its single-use stand-in, the folder for the files of kernels, and
what opens the teacher's page."""
