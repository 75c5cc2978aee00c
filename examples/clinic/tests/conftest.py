import os
import tempfile

os.environ['CLINIC_DB'] = 'sqlite:///' + os.path.join(tempfile.mkdtemp(), 'test.db')

import pytest  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402

from clinic.db import Base, engine  # noqa: E402
from clinic.main import app  # noqa: E402


@pytest.fixture()
def api():
	Base.metadata.drop_all(engine)
	Base.metadata.create_all(engine)
	return TestClient(app)
