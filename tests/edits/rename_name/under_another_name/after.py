from app.common import not_sent as nothing

value = nothing()
