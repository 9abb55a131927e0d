"""Run the benchmarks and write their output into docs/benchmarks.md, between its markers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"


def main(names: list[str]) -> None:
    for name in names or re.findall(r"<!-- bench_(\w+) -->", PAGE.read_text()):
        command = [sys.executable, str(HERE / f"bench_{name}.py")]
        print(f"benchmarks/bench_{name}.py", flush=True)
        tables = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        print(tables, flush=True)
        start, stop = f"<!-- bench_{name} -->", f"<!-- end of bench_{name} -->"
        before, _, rest = PAGE.read_text().partition(start)
        _, _, after = rest.partition(stop)
        PAGE.write_text(f"{before}{start}\n{tables.strip()}\n{stop}{after}")


if __name__ == "__main__":
    main(sys.argv[1:])
