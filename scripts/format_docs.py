"""Write the tables of the formats into the docs: what stands between `<!-- table: NAME -->` and `<!-- end -->`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Rewrite each page whose tables differ from the mappings, and name it."""
    from service.formats.registry import known
    from service.formats.tables import blocks

    tables = blocks(known().values())
    for page in sorted((ROOT / "docs").rglob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = re.sub(
            r"(<!-- table: ([\w-]+) -->\n).*?(<!-- end -->)",
            lambda found: found[1] + tables[found[2]].markdown + found[3],
            before,
            flags=re.DOTALL,
        )
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
