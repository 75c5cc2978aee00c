from app.common import unset

not_sent = 1
