"""The scale that lets ratings of different publishers be filtered, grouped and compared."""

from __future__ import annotations

from enum import StrEnum


class Scale(StrEnum):
    """What a publisher's rating comes to. It never stands in for the publisher's own word, which is what people see."""

    FALSE = "false"
    """It is not so: invented, impossible, never said."""
    MISLEADING = "misleading"
    """Something real, told or shown so that what is believed is not so: an old video as new, a wrong caption."""
    ALTERED = "altered"
    """A picture, recording or document was changed or made by a machine."""
    MISSING_CONTEXT = "missing_context"
    """True as far as it goes; what was left out changes it."""
    SATIRE = "satire"
    """Meant as a joke."""
    SCAM = "scam"
    """Bait for money or data."""
    UNPROVEN = "unproven"
    """There is no evidence for it, or not enough to say."""
    MIXED = "mixed"
    """Partly true and partly false, in whatever proportion."""
    TRUE = "true"
    NO_VERDICT = "no_verdict"
    """A label that concludes nothing about the claim: clarification, education, news."""
