"""Profiles of sites from their files: those that ship, and an operator's own, which replace shipped ones by name."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from periksa.errors import ConfigError
from periksa.sources.site import Site

ENDING = ".toml"


@cache
def shipped() -> tuple[Site, ...]:
    """The profiles in the package, by name."""
    folder = resources.files(__package__).joinpath("sites")
    files = (file for file in folder.iterdir() if file.name.endswith(ENDING))
    found = (profile(f"sites/{file.name}", file.read_text("utf-8")) for file in files)
    return tuple(sorted(found, key=lambda site: site.name))


def profiles(folder: Path | None = None) -> tuple[Site, ...]:
    """Every profile, by name: an operator's in `folder`, if any, and shipped ones that none of these replaces.

    Raises: ConfigError with file, field and what to do, if one of the operator's cannot be read.
    """
    found = {site.name: site for site in shipped()}
    for path in _files(folder):
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} cannot be read as UTF-8 text: {error}.") from error
        found[path.stem] = profile(path.name, text)
    return tuple(found[name] for name in sorted(found))


def _files(folder: Path | None) -> list[Path]:
    return sorted(folder.glob(f"*{ENDING}")) if folder and folder.is_dir() else []


def text_of(name: str, folder: Path) -> str:
    """The file of a profile as it is, the operator's before the shipped one. Raises: ConfigError if there is none."""
    ours = folder / f"{name}{ENDING}"
    if ours.is_file():
        return ours.read_text("utf-8")
    if name in {site.name for site in shipped()}:
        return resources.files(__package__).joinpath("sites", f"{name}{ENDING}").read_text("utf-8")
    names = [*(site.name for site in shipped()), *(path.stem for path in _files(folder))]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "`periksa sources --all` lists all."
    raise ConfigError(f"There is no profile {name!r}, and no {ours}; {hint}")


def profile(file: str, text: str) -> Site:
    """One profile. Raises: ConfigError with file, field and what to do, every mistake in one sentence each."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}.") from error
    try:
        site = Site.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{file}: {'; '.join(map(_mistake, error.errors()))}.") from error
    stem = file.rpartition("/")[2].removesuffix(ENDING)
    if site.name != stem:
        raise ConfigError(f'{file}: name is "{site.name}"; make it "{stem}", like the file.')
    return site


def _mistake(error: ErrorDetails) -> str:
    field = "".join(f"[{each + 1}]" if isinstance(each, int) else f".{each}" for each in error["loc"]).lstrip(".")
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), _names(error["loc"]), n=1)
        return f"{field} is no field of a profile" + (f", did you mean {near[0]}" if near else "")
    if error["type"] == "missing":
        return f"{field} is missing"
    return f"{field}: {error['msg'].removeprefix('Value error, ')}"


def _names(place: tuple[int | str, ...]) -> list[str]:
    """The fields of the part of a profile in which a mistake stands."""
    part: type[BaseModel] = Site
    for name in place[:-1]:
        if isinstance(name, str) and name in part.model_fields:
            part = next(_models(part.model_fields[name].annotation), part)
    return list(part.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)
