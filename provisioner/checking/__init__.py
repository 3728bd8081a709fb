"""What pydantic finds wrong with plain data, as findings in plain words at their places. Pure."""

from provisioner.checking.model_fields import exists_at, fields_at
from provisioner.checking.places import Locate, Place
from provisioner.checking.validation import check, read_as, refused, with_stand_ins, with_stand_ins_at
from provisioner.checking.violations import Violation
from provisioner.checking.words import did_you_mean, kind_of

__all__ = [
    "Locate",
    "Place",
    "Violation",
    "check",
    "did_you_mean",
    "exists_at",
    "fields_at",
    "kind_of",
    "read_as",
    "refused",
    "with_stand_ins",
    "with_stand_ins_at",
]
