"""The rules that are part of reading and planning: what they keep out cannot be used. Pure."""

from provisioner.advice.reading.fields import FIELDS
from provisioner.advice.reading.files import FILES, YAML
from provisioner.advice.reading.plans import PLANS, WARNINGS
from provisioner.advice.reading.rooms import ASSETS, ROOMS
from provisioner.advice.reading.templates import DATA, TEMPLATES
from provisioner.advice.reading.workspace import LAYOUT, WORKSPACE

READING = (*FILES, *YAML, *TEMPLATES, *DATA, *FIELDS, *ROOMS, *ASSETS, *WORKSPACE, *LAYOUT, *PLANS, *WARNINGS)
