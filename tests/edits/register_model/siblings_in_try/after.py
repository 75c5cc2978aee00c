import warnings

warnings.filterwarnings("ignore")

try:
    from shop.tag.models import Tag  # noqa
    from shop.team.models import Team  # noqa
    from shop.widget.models import Widget  # noqa
except Exception:
    traceback.print_exc()
