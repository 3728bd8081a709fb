"""How fast the tool is, beside other ways to do the same work in the same run.

    workspaces     the work: generated workspaces of any size
    measuring      a command, with the seconds, the processor time and the memory that it took
    service        the embedded service in a process of its own, filled beforehand
    validating, planning, applying, starting   the lines of the table
    sdk_script, round_trip                     the other ways
    table, machine                             what is printed, and on what it was measured
    profiling, growth, plot                    where time goes, and how it grows

A budget is a line here and never a timed test: another machine, or a busy one, gives other seconds. What holds from
one machine to the next is the ratio between two ways in one run.
"""
