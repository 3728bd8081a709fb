"""Bound templates: Jinja whose literal text is structure and whose printed values are data.

    source ─parse─▶ tree ─checks, compiler─▶ program ─environment─▶ pieces ─splitting─▶ documents

An expression that prints a value stores it and leaves a placeholder, private-use characters round a number. YAML is
parsed with placeholders in it, and only then are they replaced by the values (`manifests.binding`). So no value can
change the structure, needs quoting, or loses its type; and every piece of text knows the line and column of the
template that it comes from.
"""

from provisioner.manifests.templates.errors import TemplateFailed
from provisioner.manifests.templates.placeholders import PLACEHOLDER, RESERVED
from provisioner.manifests.templates.rendered import Rendered, RenderedDocument
from provisioner.manifests.templates.template_set import TemplateSet

__all__ = ["PLACEHOLDER", "RESERVED", "Rendered", "RenderedDocument", "TemplateFailed", "TemplateSet"]
