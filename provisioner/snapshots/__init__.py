"""Snapshots: what is observed of a target, without secrets, so that plans need neither an account nor a network.

`taking` asks the service, `file` writes and reads, `snapshot` answers a plan's questions.
"""
