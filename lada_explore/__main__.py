"""`python -m lada_explore`: the command line where its script is not on the path."""

from lada_explore.cli.main import main

if __name__ == "__main__":
    main()
