"""The fault matrix: the real planner, executor and client over a network and a service that fail on command.

    points, network   a request's way to the service and back, and what may go wrong at each point of it
    world             one service, its clock, its meddlers, and the runs of the tool against it
    invariants        what has to hold, whatever went wrong, held against the service's own ledger
    rows/             the rows of the table: their cases, and how one case is played
    matrix            the rows together, on all processors; mutations: that each safeguard is noticed missing

One seed reproduces one case. `python -m tests.faults` plays them all.
"""
