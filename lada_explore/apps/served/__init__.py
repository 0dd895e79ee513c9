"""The playground and the explorer as an application: Voila serves one notebook, without its code, to browsers.

Every page has a kernel of its own, on one thread, so that twenty of them share eight cores fairly. The server is a
process of its own (`lada_explore.apps.visitors`); what it and the libraries print goes to a log.

`serve.py` serves until it is interrupted, `process.py` starts and ends the server, `address.py` finds a port, `log.py`
keeps what is printed; `groups.py` is read by the notebook, `app.ipynb`.
"""
