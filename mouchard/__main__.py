"""`python -m mouchard`: the command line."""

from mouchard.cli import main

if __name__ == "__main__":
    main()
