"""Reads an export of `khidma export ocel` with pm4py and prints what it finds: how much there is, and how requests go,
as a directly-follows graph.

    12 events, 7 objects
    2 department objects
    2 person objects
    3 request objects
    3  submitted -> receipt_issued
    2  receipt_issued -> acknowledged
    …

The graph is that of each request's own events: those that are "about" it. Events of other requests that relate to it as
a task or by a link would be steps of two requests at once.

Exit code 0; 1 with a message on standard error if pm4py cannot read the file.
"""

import argparse
import sys
import warnings

# What pm4py's own dependencies will change some day is nothing to tell here.
warnings.simplefilter("ignore")

import pm4py


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", help="the export")
    arguments.add_argument("--type", default="request", help="the type of objects to follow")
    given = arguments.parse_args()
    try:
        ocel = pm4py.read_ocel2_json(given.file)
    except (OSError, ValueError, KeyError) as error:
        print(f"pm4py cannot read {given.file}: {error}", file=sys.stderr)
        return 1
    print(f"{len(ocel.events)} events, {len(ocel.objects)} objects")
    for kind, count in sorted(ocel.objects["ocel:type"].value_counts().items()):
        print(f"{count} {kind} objects")
    ocel.relations = ocel.relations[ocel.relations["ocel:qualifier"] == "about"]
    steps = pm4py.ocel_flattening(ocel, given.type)
    graph, _, _ = pm4py.discover_dfg(steps)
    for (first, then), count in sorted(graph.items(), key=lambda edge: (-edge[1], edge[0])):
        print(f"{count}  {first} -> {then}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
