"""Which sites are visited: the operator names them, profiles describe them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from periksa.errors import ConfigError
from periksa.sources.profiles import profiles
from periksa.sources.site import Site


def chosen(names: Sequence[str], folder: Path) -> list[Site]:
    """The profiles of these sites, by name. Raises: ConfigError (a name, a profile)."""
    known = {site.name: site for site in profiles(folder)} if names else {}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "`periksa sources --all` lists all."
            raise ConfigError(f"sources.sites: there is no profile {name!r}; {hint}")
    return [known[name] for name in names]
