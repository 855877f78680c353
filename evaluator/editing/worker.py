"""The process that evaluates while somebody types in another: it reads questions and writes answers until its input ends.

In: `Ask`s on standard input. Out: `Answer`s on standard output. A mistake of ours ends no more than one question.
"""

from __future__ import annotations

import os
import sys

from evaluator.editing.asked import Answer, Ask, receive, send


def main() -> None:
    """Answers until there is nothing more to read. What is printed by accident goes to stderr."""
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    from evaluator.editing.answering import Answering

    answering = Answering()
    while (asked := receive(stdin)) is not None:
        assert isinstance(asked, Ask)
        try:
            answer = answering.answer(asked)
        except Exception as error:  # the next question may be answered all the same
            answer = Answer(asked.number, f"a mistake of thesis itself: {type(error).__name__}: {error}")
        try:
            send(stdout, answer)
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
