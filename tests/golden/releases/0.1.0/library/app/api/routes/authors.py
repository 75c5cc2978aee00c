from fastapi import APIRouter

from app.api.deps import SessionDep
from app.schemas.author import AuthorCreate, AuthorRead
from app.services.author import AuthorService

router = APIRouter()


@router.get("")
async def list_authors(session: SessionDep) -> list[AuthorRead]:
    authors = await AuthorService(session).list()
    return [AuthorRead.model_validate(author) for author in authors]


@router.post("", status_code=201)
async def create_author(session: SessionDep, data: AuthorCreate) -> AuthorRead:
    return AuthorRead.model_validate(await AuthorService(session).create(data))
