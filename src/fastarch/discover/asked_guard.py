"""What endpoints beside a new one ask for, each for itself, before they let somebody in."""

from __future__ import annotations

import ast
import re
from collections import Counter

from fastarch.discover.evidence import PLAIN
from fastarch.discover.neighbours import Neighbours

# How the notice ends.
OPEN = "the new ones are open until you add it"
_GUARD = re.compile(
    r"(?i)\b((?:\w+\.)*\w*(?:current_?(?:active_?)?(?:super)?user|auth|principal|permission|"
    r"require_?|has_role|role_|login|verify_token|jwt)\w*)"
)
_NO_GUARD = re.compile(r"(?i)service|repo|schema|form|author(?!i)|session_?(?:dep|local)|settings")


def asked_for(near: Neighbours) -> tuple[str, int, int] | None:
    """What most neighbouring endpoints ask for to let somebody in, where each asks for itself.

    Returns:
        The dependency as it is written most often, how many endpoints ask for one, and of how many.
    """
    counted: Counter[str] = Counter()
    asking = total = 0
    for endpoint in near.endpoints:
        if PLAIN.search(endpoint.module.name):
            continue
        total += 1
        parts = [part for pair in endpoint.arguments for part in (pair[0].annotation, pair[1])]
        parts += [word.value for word in endpoint.decorator.keywords if word.arg == "dependencies"]
        text = " ".join(ast.unparse(part) for part in parts if part is not None)
        names = [
            name for name in _GUARD.findall(text) if not _NO_GUARD.search(name.rpartition(".")[2])
        ]
        # `Depends(require_role("admin"))` says more than the annotation before it.
        given = [name for name in names if re.search(rf"(?:Depends|Security)\({name}\b", text)]
        counted.update(dict.fromkeys(given or names, 1))
        asking += bool(names)
    if asking < 4 or asking * 4 < total * 3:
        return None
    return counted.most_common(1)[0][0], asking, total
