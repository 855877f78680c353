"""The program `thesis`, from its first moment: an interrupt while the command line is still being imported ends it in
one word, as it does later.

In: nothing. Out: the run. Must import nothing of ours before it is called.
"""

import os


def main() -> None:
    """Runs the command line."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to look for some takes longer than to check facts
    try:
        from evaluator.commands.main import main as run
    except KeyboardInterrupt:
        os.write(2, b"stopped\n")
        os._exit(130)
    run()
