"""The embedded MetaStudio: the smart-live API of api.md as an ASGI application over one SQLite file.

It is written from the API's documents and judged by the vendor's SDK; of the rest of this program it uses
only the request models, the clock and the errors. Where the documents are silent, the module that had to
decide says what is assumed.

    Emulator (service)      one database: keys, clock, transactions; carries out calls
    ├── app                 HTTP: addresses, reading, sending, cutting
    ├── authentication, throttling   the gateway: who asks, how often
    ├── dispatch            operation → function
    ├── rooms, room_list    rooms        ┐ on a Session: one transaction
    ├── jobs, job_list, commands         ┘ at one moment of the clock
    ├── library             the assets that rooms may name, from outside the database
    ├── defaults, broadcast, queries, checking   pure rules
    ├── faults, ledger      what goes wrong on command, and what really happened
    └── store, schema       SQLite
    server, control, transport   ways to reach it: a port, its switches, httpx in the same process
"""

from provisioner.emulator.calls import Origin
from provisioner.emulator.commands import Command
from provisioner.emulator.faults import Cut, Fault, Faults, JobFailure, Stage
from provisioner.emulator.jobs import Doom
from provisioner.emulator.ledger import Entry
from provisioner.emulator.operations import Operation
from provisioner.emulator.service import Emulator
from provisioner.emulator.throttling import Limit, Limits

__all__ = [
    "Command",
    "Cut",
    "Doom",
    "Emulator",
    "Entry",
    "Fault",
    "Faults",
    "JobFailure",
    "Limit",
    "Limits",
    "Operation",
    "Origin",
    "Stage",
]
