import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_tests_use_the_database_as_the_application_does():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")

        assert cursor.fetchone() == ("center_app",)
