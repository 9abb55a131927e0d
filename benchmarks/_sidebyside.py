"""Time several ways of doing the same task in turns; make tables of medians and ratios.

Times on a shared machine drift, and taking turns makes all ways drift together. Therefore a ratio
is the median of the ratios in each round, not the ratio of two medians. Each way runs in a separate
process, because libraries in one process affect each other's times: setting TensorFlow's global
seed, as SciKeras does in each fit, clears TensorFlow's caches for all of them.

A script without arguments runs the measurement; with the name of a way, it is the process of that
way.
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
    """Required speed of a way: the minimum ratio of the time of `other` to that of `way`.

    Attributes
    ----------
    other, way : str
        Names of ways that were timed.
    ratio : float
        Minimum of the time of `other` divided by the time of `way`.
    """

    other: str
    way: str
    ratio: float


def seconds(action: Callable[[], object]) -> float:
    """Return the seconds that one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def serve(action: Callable[[], object]) -> None:
    """Run the process of a way: call it once, then once per line of stdin, and print its time."""
    action()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(seconds(action), flush=True)


def in_turns(
    script: str, ways: Sequence[str], *arguments: str, repeats: int | None = None
) -> Times:
    """Time warm calls: each way has one process, which calls it once before the rounds begin.

    Parameters
    ----------
    script : str
        The script, which calls `serve` if it is run with a way and the arguments.
    ways : sequence of str
        Names of the ways.
    *arguments : str
        Further arguments of the script.
    repeats : int or None, default=None
        Number of rounds; None uses `REPEATS`.

    Returns
    -------
    dict of str to list of float
        Seconds of each way in each round.
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
    """Time first calls: each call of a way runs in a new process.

    The script, run with a way and the arguments, prints the seconds, without those of its imports
    and other preparation.
    """
    turns = {way: lambda w=way: float(ask(script, w, *arguments)) for way in ways}
    return in_rounds(turns, repeats or REPEATS)


def first_and_second(
    script: str, ways: Sequence[str], *arguments: str, repeats: int | None = None
) -> tuple[Times, Times]:
    """Time the first and the second call of each way in a new process.

    The script, run with a way and the arguments, prints the seconds of both.
    """
    second: Times = {way: [] for way in ways}

    def turn(way: str) -> float:
        one, two = ask(script, way, *arguments).split()
        second[way].append(float(two))
        return float(one)

    first = in_rounds({way: lambda w=way: turn(w) for way in ways}, repeats or REPEATS)
    return first, second


def ask(script: str, *arguments: str) -> str:
    """Run a script in a new process and return the line that it prints."""
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
    """Call each way once per round and return the seconds that it returns."""
    times: Times = {name: [] for name in ways}
    names = list(ways)
    for i in range(repeats):
        # The first way changes from round to round, so that the order affects all ways alike.
        for name in names[i % len(names) :] + names[: i % len(names)]:
            times[name].append(ways[name]())
    return times


def ratio(times: Times, other: str, way: str) -> float:
    """Return the median over rounds of the time of `other` divided by that of `way`."""
    return float(np.median(np.array(times[other]) / np.array(times[way])))


def table(times: Times, ways: Sequence[str], reaches: Sequence[Reach] = ()) -> str:
    """Return a table of the median time of each way and its ratio to each of `ways`.

    Parameters
    ----------
    times : dict of str to list of float
        Seconds of each way in each round.
    ways : sequence of str
        The ways to compare all others with.
    reaches : sequence of Reach, default=()
        Required ratios; a second table compares them with the measured ones.

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
