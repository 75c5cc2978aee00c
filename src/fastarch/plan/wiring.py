"""The edits that make an app know a new resource: its router, its model, its package exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fastarch.discover.profile import AppProfile, Dependencies, Role, RouterSite
from fastarch.discover.symbols import Expression
from fastarch.errors import NotUnderstoodError, Problem
from fastarch.plan.places import module_name, spell
from fastarch.plan.steps import EditFile, Home, Step, Tell
from fastarch.plan.urls import resource_path, router_prefix
from fastarch.spec.resource import Resource

if TYPE_CHECKING:
    from fastarch.plan.vocabulary import Target
    from fastarch.wire.imports import AddImport


def include_router(
    resource: Resource, profile: AppProfile, home: Home, variable: str
) -> EditFile | None:
    """The edit that includes the resource's router where the app includes its own.

    None where the app finds its routers itself.

    Raises:
        NotUnderstoodError: there is no safe place; the hint has the lines to paste.
    """
    from fastarch.wire.extend_list import ExtendList
    from fastarch.wire.include_router import IncludeRouter

    site = profile.router_site
    if site is None or site.kind == "unknown":
        raise _no_site(profile, site, home, variable)
    if site.automatic:
        return None
    level, module = (0, "") if home.path == site.at.file else _spelled(site, home)
    bound = _bound(site, resource, home)
    arguments = (*_own_arguments(resource, profile, site), *site.arguments)
    include = IncludeRouter(
        on=site.on,
        module=module,
        attribute=variable,
        form=site.form,
        bound=bound,
        level=level,
        function=site.function,
        local=site.local_imports,
        arguments=tuple((name, value.source) for name, value in arguments),
        imports=tuple(one for _, value in arguments for one in _add_imports(value)),
    )
    if site.kind != "list":
        return EditFile(site.at.file, include)
    element = spell(
        site.element,
        resource.name,
        router=include.expression(),
        module=include.expression().rpartition(".")[0],
        prefix=router_prefix(resource, profile),
        tag=spell(profile.style.tag or "{many}", resource.name),
    )
    wanted = include.importing()
    imports = (wanted,) if wanted else ()
    width = profile.formatting.line_length
    return EditFile(
        site.at.file, ExtendList(site.on, element, site.function, imports=imports, width=width)
    )


def register_model(resource: Resource, profile: AppProfile, home: Home) -> Iterator[EditFile]:
    """The edit by which Alembic's env.py, or the models package, learns of a new model."""
    from fastarch.wire.register_model import RegisterModel

    alembic = profile.alembic
    if alembic is None or alembic.registration not in ("imports", "package") or not alembic.file:
        return
    if alembic.file not in (home.path, profile.layout.exports.get("model")):
        model = spell(profile.style.model_class, resource.name)
        package = _package(profile, alembic.file)
        yield EditFile(
            alembic.file,
            RegisterModel(home.module, (model,), package, width=profile.formatting.line_length),
        )


def export_names(
    profile: AppProfile, homes: Mapping[Role, Home], names: Mapping[Role, tuple[str, ...]]
) -> Iterator[EditFile]:
    """The edits that keep the packages' re-exports in step."""
    from fastarch.wire.register_model import RegisterModel

    for role, path in profile.layout.exports.items():
        home = homes.get(role)
        if home is not None and names.get(role) and home.path != path:
            package = _package(profile, path)
            yield EditFile(
                path,
                RegisterModel(
                    home.module,
                    names[role],
                    package,
                    export=True,
                    width=profile.formatting.line_length,
                ),
            )


def back_attributes(
    resource: Resource, profile: AppProfile, home: Home, targets: Mapping[str, Target]
) -> Iterator[EditFile]:
    """The edits that give models which were there before the attribute that ``back=`` asks for."""
    from fastarch.plan.relations import back_attribute
    from fastarch.wire.add_attribute import AddAttribute
    from fastarch.wire.imports import AddImport

    for relation in resource.relations:
        target = targets[relation.name]
        if not relation.back or target.self_reference:
            continue
        model = spell(profile.style.model_class, resource.name)
        typed = AddImport(home.module, model, type_checking=True)
        imports = () if target.module == home.module else (typed,)
        source = back_attribute(resource, relation, profile)
        needed = tuple(_relationship_imports(profile))
        yield EditFile(
            target.file, AddAttribute(target.model, source, (*imports, *needed)), "model"
        )


def _relationship_imports(profile: AppProfile) -> Iterator[AddImport]:
    from fastarch.wire.imports import AddImport

    if profile.orm.kind == "sqlmodel":
        yield AddImport("sqlmodel", "Relationship")
        return
    if profile.orm.columns == "mapped_column":
        yield AddImport("sqlalchemy.orm", "Mapped")
    yield AddImport("sqlalchemy.orm", "relationship")


def declare(profile: AppProfile, requirements: tuple[str, ...]) -> Iterator[Step]:
    """The edits that declare runtime dependencies which the app lacks."""
    from fastarch.wire.add_dependency import AddDependency

    for requirement in requirements:
        match profile.dependencies:
            case Dependencies(file, "pyproject" | "poetry" | "requirements" as kind):
                yield EditFile(file, AddDependency(kind, requirement))
            case _:
                yield Tell(f"Install {requirement}.")


def _package(profile: AppProfile, path: str) -> str:
    """The package where a file's relative imports start; none beside the import root."""
    root = profile.import_root
    if root != "." and not path.startswith(f"{root}/"):
        return ""
    module = module_name(profile.import_root, path)
    return module if path.endswith("__init__.py") else module.rpartition(".")[0]


def _own_arguments(
    resource: Resource, profile: AppProfile, site: RouterSite
) -> Iterator[tuple[str, Expression]]:
    """Prefix and tags, where siblings say them at the include."""
    if site.prefix_at == "include":
        path = resource_path(resource, profile)
        pattern = site.include_prefix if resource.prefix is None else None
        source = spell(pattern.source, resource.name) if pattern else f'"{path}"'
        yield "prefix", Expression(source, pattern.imports if pattern else ())
    if site.tags_at == "include" and profile.style.tag is not None:
        yield "tags", Expression(f'["{spell(profile.style.tag, resource.name)}"]')


def _spelled(site: RouterSite, home: Home) -> tuple[int, str]:
    """Leading dots and module of the router's import, as siblings spell theirs."""
    if not site.relative:
        return 0, home.module
    package = site.module.split(".")
    if not site.at.file.endswith("__init__.py"):
        package.pop()
    target = home.module.split(".")
    common = 0
    while common < min(len(package), len(target) - 1) and package[common] == target[common]:
        common += 1
    if common == 0:
        return 0, home.module
    return len(package) - common + 1, ".".join(target[common:])


def _bound(site: RouterSite, resource: Resource, home: Home) -> str | None:
    """The name that the import binds, where siblings choose one."""
    if site.form == "alias":
        return spell(site.alias, resource.name)
    last = home.module.rpartition(".")[2]
    says_which = any(f"_{word}_" in f"_{last}_" for word in (resource.name.one, resource.name.many))
    # Several modules of one name (`widgets/routes.py`) need names of their own.
    return f"{resource.name.many}_router" if site.form == "module" and not says_which else None


def _add_imports(value: Expression) -> Iterator[AddImport]:
    from fastarch.wire.imports import AddImport

    for item in value.imports:
        yield AddImport(item.module, item.name, item.alias)


def _no_site(
    profile: AppProfile, site: RouterSite | None, home: Home, variable: str
) -> NotUnderstoodError:
    entry = profile.entry
    on = site.on if site else (entry.name if entry and entry.kind == "instance" else "app")
    at = site.at if site else (entry.at if entry else None)
    why = f" {site.why}" if site and site.why else ""
    message = f"There is no safe place to include a router.{why}"
    paste = f"from {home.module} import {variable}\n\n{on}.include_router({variable})"
    return NotUnderstoodError(
        Problem(
            message,
            file=at.file if at else None,
            line=at.line if at else None,
            hint=f"paste this where {on} is known, or name the instance with --entry:\n{paste}",
        )
    )
