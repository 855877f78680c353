"""The program `thesis`, from its first moment: an interrupt while the command line is still being imported ends it in
one word, as it does later.

In: nothing. Out: the run. Must import nothing before it is called.
"""


def main() -> None:
    """Runs the command line."""
    try:
        from evaluator.commands.main import main as run
    except KeyboardInterrupt:
        import os

        os.write(2, b"stopped\n")
        os._exit(130)
    run()
