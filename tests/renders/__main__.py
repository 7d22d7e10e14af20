"""`python -m tests.renders` writes the golden files as the messages are rendered now."""

from tests.renders.files import write_all

if __name__ == "__main__":
    write_all()
