from app.common import unset as nothing

value = nothing()
