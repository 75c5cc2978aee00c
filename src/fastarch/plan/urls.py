"""Under which URL a resource is served, and who says which part of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.places import spell

if TYPE_CHECKING:
    from fastarch.discover.profile import AppProfile, RouterSite
    from fastarch.spec.resource import Resource


def resource_path(resource: Resource, profile: AppProfile) -> str:
    """What the resource adds to the URL, ``/products``, in the siblings' spelling."""
    site = profile.router_site
    path = spell(site.path if site else "/{slug}", resource.name)
    if resource.prefix is None:
        return path
    own = "/" + resource.prefix.strip("/")
    return own if f"{own}/".endswith(f"{path}/") else f"{own.rstrip('/')}{path}"


def router_prefix(resource: Resource, profile: AppProfile) -> str:
    """The prefix that the router itself says: the siblings' own part, then the resource's."""
    site = profile.router_site
    lead = site.router_prefix if site and resource.prefix is None else ""
    return f"{lead}{resource_path(resource, profile)}"


def collection_url(resource: Resource, profile: AppProfile) -> str:
    """The full path of the collection as clients see it."""
    site = profile.router_site
    prefix = site.prefix if site else ""
    slash = "/" if profile.style.trailing_slash else ""
    return f"{prefix}{resource_path(resource, profile)}{slash}"


def with_own_prefix(resource: Resource, profile: AppProfile) -> AppProfile:
    """The profile with the place for a resource that replaces the app's prefix by its own.

    That is the usual one where nothing comes before what routers say themselves, else the
    instance itself, with the same guards.

    Raises:
        NotUnderstoodError: there is no such place.
    """
    site = profile.router_site
    if site is None or resource.prefix is None or not site.prefix:
        return profile
    if site.prefix == site.router_prefix and not site.automatic:
        return replace(profile, router_site=replace(site, prefix="", router_prefix=""))
    return replace(profile, router_site=_on_instance(resource, site))


def _on_instance(resource: Resource, site: RouterSite) -> RouterSite:
    if site.automatic:
        why = "the app finds its routers itself and puts them"
    elif site.kind in ("include", "factory"):
        arguments = tuple(item for item in site.arguments if item[0] != "prefix")
        return replace(site, prefix="", router_prefix="", arguments=arguments)
    elif site.instance is not None:
        return site.instance
    else:
        why = "a guard that only its own function knows comes with"
    raise NotUnderstoodError(
        Problem(
            f"{resource.name.many} cannot leave the app's prefix: {why} {site.prefix}.",
            file=site.at.file,
            line=site.at.line,
            hint="leave --prefix out",
        )
    )


def in_openapi(profile: AppProfile) -> bool:
    """Whether OpenAPI tells of the new routes: not where their siblings are left out of it."""
    site = profile.router_site
    said = (*profile.style.router_arguments, *(site.arguments if site else ()))
    return not any(name == "include_in_schema" and value.source == "False" for name, value in said)
