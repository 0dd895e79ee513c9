"""The process of a visitor's kernel: IPython's, which ends with the server that started it.

The server holds the other end of its standard input.
"""

from lada_explore.background.processes import end_with_parent, standard_input_ends

if __name__ == "__main__":
    end_with_parent(standard_input_ends)
    from ipykernel import kernelapp  # only now: it takes a second, in which the server may end

    kernelapp.launch_new_instance()
