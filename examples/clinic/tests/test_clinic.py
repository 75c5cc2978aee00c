PATIENT = {'name': 'Marie', 'born_on': '1867-11-07'}


def test_admit(api):
	patient = api.post('/patients/', json=PATIENT).json()
	assert api.get(f'/patients/{patient["id"]}/').json() == patient
	assert api.get('/patients/').json() == [patient]


def test_visit(api):
	patient = api.post('/patients/', json=PATIENT).json()
	visit = api.post('/visits/', json={'day': '1903-12-10', 'patient_id': patient['id']})
	assert visit.status_code == 201
	assert api.get('/visits/').json() == [visit.json()]


def test_nobody_there(api):
	assert api.get('/patients/1/').status_code == 404
	assert api.post('/visits/', json={'day': '1903-12-10', 'patient_id': 1}).status_code == 422
