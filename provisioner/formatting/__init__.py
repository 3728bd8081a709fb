"""How a manifest is laid out: where its lines begin, what stands between its words, and in which order its documents
say what they say. Pure.

A manifest is a template, so no YAML writer can print it anew. Its Jinja tags are covered with words as long as
themselves, the rest is read as YAML, and lines are moved to where its structure says. Nothing else of them changes:
quotes, texts, comments and tags stay as they are written.
"""

from provisioner.formatting.formatting import Formatted, formatted

__all__ = ["Formatted", "formatted"]
