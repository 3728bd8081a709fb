"""The JSON Schemas that are published, by name. Pure.

What the tool writes is described from the types of its writers, what it reads from the models that check it.
"""
