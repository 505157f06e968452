"""Checks the replies that are written to it, strictly.

Each line of the standard input is a JSON object with `service`, `action`, `status` and `body`. Each is answered with a line
that says what is wrong with the reply: an empty one if nothing is.
"""

import json
import sys

from strict_replies import check_reply

for line in sys.stdin:
    try:
        check_reply(**json.loads(line))
        print(flush=True)
    except Exception as problem:  # Whatever is wrong with a reply, its test says so.
        print(f"{type(problem).__name__}: {problem}".replace("\n", " "), flush=True)
