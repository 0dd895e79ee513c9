"""`python -m lada_explore`: the command line, for environments whose scripts are not on the PATH."""

from lada_explore.cli.main import main

if __name__ == "__main__":
    main()
