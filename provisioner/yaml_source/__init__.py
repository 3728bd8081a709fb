"""YAML text → nodes that know where they stand. Pure.

YAML is read as data and nothing else: the core schema of YAML 1.2 decides what a plain scalar is (`no`,
`12:30:45` and dates are text), and what makes YAML a language of its own is refused with its place: anchors and
aliases, merge keys, tags, keys that are not text, keys written twice, numbers that JSON cannot carry.
"""

from provisioner.yaml_source.nodes import Document, Found, Mapping, Node, Route, Scalar, Sequence, find, place
from provisioner.yaml_source.reading import MAX_CHARACTERS, Parsed, parse_documents
from provisioner.yaml_source.scalars import ScalarError, plain_value

__all__ = [
    "MAX_CHARACTERS",
    "Document",
    "Found",
    "Mapping",
    "Node",
    "Parsed",
    "Route",
    "Scalar",
    "ScalarError",
    "Sequence",
    "find",
    "parse_documents",
    "place",
    "plain_value",
]
