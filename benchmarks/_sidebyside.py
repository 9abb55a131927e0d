"""Time several ways of doing one thing in turns, and put medians and ratios into a table.

Times on a shared machine drift; ways that take turns drift together. A ratio is therefore the
median of the ratios inside each round, not the ratio of two medians. Each way has a process of its
own, for libraries in one process change each other's times: whoever sets TensorFlow's global seed,
as SciKeras does at each fit, makes it forget what it prepared for everybody.

A script is called without arguments to measure; with the name of a way, it is such a process.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

REPEATS = int(os.environ.get("BENCH_REPEATS", "5"))
Times = dict[str, list[float]]


@dataclass(frozen=True)
class Reach:
    """What was asked for: how many times `other` takes as long as `way`, at least.

    Attributes
    ----------
    other, way : str
        Names of ways that were timed.
    ratio : float
        Times of `other` over times of `way`, no less.
    """

    other: str
    way: str
    ratio: float


def seconds(action: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def serve(action: Callable[[], object]) -> None:
    """Be the process of a way: do it once, and then once more, timed, for each line that comes."""
    action()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(seconds(action), flush=True)


def in_turns(
    script: str, ways: Sequence[str], *arguments: str, repeats: int | None = None
) -> Times:
    """Time ways that have been done before, once a round each, each in a process that goes on.

    Parameters
    ----------
    script : str
        The script, which calls `serve` when it is given a way and the arguments.
    ways : sequence of str
        Names of the ways.
    *arguments : str
        What else the script is given.
    repeats : int or None, default=None
        Rounds; None takes `REPEATS`.

    Returns
    -------
    dict of str to list of float
        Seconds.
    """
    with contextlib.ExitStack() as stack:
        processes = {way: stack.enter_context(_started(script, way, *arguments)) for way in ways}

        def turn(process: subprocess.Popen[str]) -> float:
            print(file=process.stdin, flush=True)
            return float(_answer(process))

        for process in processes.values():
            _answer(process)
        turns = {way: functools.partial(turn, process) for way, process in processes.items()}
        times = in_rounds(turns, repeats or REPEATS)
        for process in processes.values():
            process.communicate()
    return times


def cold_in_turns(
    script: str, ways: Sequence[str], *arguments: str, repeats: int | None = None
) -> Times:
    """Time ways that are done for the first time, each time in a new process.

    The script, given a way and the arguments, prints the seconds; what it does before, such as
    imports, is not in them.
    """
    turns = {way: lambda w=way: float(ask(script, w, *arguments)) for way in ways}
    return in_rounds(turns, repeats or REPEATS)


def first_and_second(
    script: str, ways: Sequence[str], *arguments: str, repeats: int | None = None
) -> tuple[Times, Times]:
    """Time ways that are done for the first time in a new process, and what is done there again.

    The script, given a way and the arguments, prints both seconds.
    """
    second: Times = {way: [] for way in ways}

    def turn(way: str) -> float:
        one, two = ask(script, way, *arguments).split()
        second[way].append(float(two))
        return float(one)

    first = in_rounds({way: lambda w=way: turn(w) for way in ways}, repeats or REPEATS)
    return first, second


def ask(script: str, *arguments: str) -> str:
    """Give the line that a script prints in a new process."""
    with _started(script, *arguments) as process:
        return _answer(process)


def _started(script: str, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, script, *arguments]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)


def _answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"{process.args} ended with {process.wait()}; see its messages above.")
    return line


def in_rounds(ways: Mapping[str, Callable[[], float]], repeats: int) -> Times:
    """Take the seconds that each way gives, once a round."""
    times: Times = {name: [] for name in ways}
    names = list(ways)
    for i in range(repeats):
        # Each way goes first in turn, so that none always follows the same other.
        for name in names[i % len(names) :] + names[: i % len(names)]:
            times[name].append(ways[name]())
    return times


def ratio(times: Times, other: str, way: str) -> float:
    """Give how many times as long `other` takes as `way`, by the median round."""
    return float(np.median(np.array(times[other]) / np.array(times[way])))


def table(times: Times, ways: Sequence[str], reaches: Sequence[Reach] = ()) -> str:
    """Write medians of all ways, and how many times as long each takes as each of `ways`.

    Parameters
    ----------
    times : dict of str to list of float
        Seconds of each way in each round.
    ways : sequence of str
        The ways to compare the others with.
    reaches : sequence of Reach, default=()
        What was asked for.

    Returns
    -------
    str
        Tables in Markdown.
    """
    lines = [_row("", "median", "fastest", *(f"times {way}" for way in ways))]
    lines.append(_row("---", *["---:"] * (len(ways) + 2)))
    for name, values in times.items():
        ratios = ["" if name == way else f"{ratio(times, name, way):.3g}" for way in ways]
        lines.append(_row(name, _time(float(np.median(values))), _time(min(values)), *ratios))
    if reaches:
        lines += ["", _row("asked", "reached", ""), _row("---", "---:", "---")]
        for reach in reaches:
            reached = ratio(times, reach.other, reach.way)
            asked = f"{reach.way}: {_asked(reach)} {reach.other}"
            shown = (
                f"{reached:.3g} times" if reach.ratio > 1 else f"{1 / reached:.3g} times as long"
            )
            lines.append(_row(asked, shown, "yes" if reached >= reach.ratio else "**no**"))
    return "\n".join(lines)


def _asked(reach: Reach) -> str:
    if reach.ratio > 1:
        return f"{reach.ratio:g} times faster than"
    return f"at most {1 / reach.ratio:g} times as long as" if reach.ratio < 1 else "not slower than"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _time(value: float) -> str:
    if value >= 100:
        return f"{value:.0f} s"
    if value >= 1:
        return f"{value:.3g} s"
    return f"{1e3 * value:.3g} ms"
