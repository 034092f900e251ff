"""Everything that goes in and comes out, as it is generated. `UNSET` is what was left out, where None is null."""

from clientela.core.models import *  # noqa: F403
from clientela.core.types import UNSET as UNSET, Unset as Unset
