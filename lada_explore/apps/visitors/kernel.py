"""The process of a visitor's kernel: an IPython kernel that ends with the server that started it."""

from lada_explore.background.processes import end_with_parent, wait_for_end_of_input

if __name__ == "__main__":
    end_with_parent(wait_for_end_of_input)
    from ipykernel import kernelapp  # imported here, because the server may end meanwhile

    kernelapp.launch_new_instance()
