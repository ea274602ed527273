"""A Resource declares; rows come in and go out by statement, whatever their number."""

import pytest
import tablib
from django.core.exceptions import ImproperlyConfigured, ValidationError
from import_export.fields import Field

from center.exchange.resource import FastResource
from center.models import CodeAlias


class AliasResource(FastResource):
    list = Field(attribute="list", column_name="清单")
    text = Field(attribute="text", column_name="旧词")
    code = Field(attribute="code", column_name="代码")

    class Meta:
        model = CodeAlias
        import_id_fields = ("list", "text")
        fields = ("list", "text", "code")


def rows(*values):
    return tablib.Dataset(*values, headers=["清单", "旧词", "代码"])


def totals(result):
    return [result.totals[kind] for kind in ("new", "update", "skip", "invalid")]


@pytest.fixture
def resource(db):
    CodeAlias.objects.all().delete()
    CodeAlias.objects.create(list="sex", text="男性", code="1", source="old form")
    return AliasResource()


def test_a_dry_run_tells_what_a_real_one_would_do_and_writes_nothing(resource):
    data = rows(("sex", "男性", "1"), ("sex", "女性", "2"), ("sex", "女性", "3"), ("sex", "x" * 90, "1"))

    result = resource.import_data(data, dry_run=True)

    assert totals(result) == [1, 0, 1, 2]
    assert CodeAlias.objects.count() == 1


def test_new_rows_and_differences_are_written_and_columns_of_others_stay(resource):
    result = resource.import_data(rows(("sex", "男性", "9"), ("sex", "女性", "2")), dry_run=False)

    assert totals(result) == [1, 1, 0, 0]
    kept = CodeAlias.objects.order_by("text").values_list("text", "code", "source")
    assert sorted(kept) == [("女性", "2", ""), ("男性", "9", "old form")]
    assert totals(resource.import_data(rows(("sex", "男性", "9"), ("sex", "女性", "2")), dry_run=False)) == [0, 0, 2, 0]


def test_a_file_without_the_key_is_refused_as_a_whole(resource):
    result = resource.import_data(tablib.Dataset(("x",), headers=["代码"]))

    assert [str(one.error.message) for one in result.base_errors] == ["missing columns: 旧词, 清单"]
    assert CodeAlias.objects.values_list("text", "code").get() == ("男性", "1")


def test_who_asks_for_errors_gets_them_and_nothing_is_written(resource):
    too_long = rows(("sex", "女性", "2"), ("sex", "x" * 90, "1"))

    with pytest.raises(ValidationError) as refused:
        resource.import_data(too_long, raise_errors=True)
    with pytest.raises(ValidationError, match="missing columns: 旧词, 清单"):
        resource.import_data(tablib.Dataset(("x",), headers=["代码"]), raise_errors=True)

    assert refused.value.messages == ["Ensure this value has at most 80 characters (it has 90)."]
    assert CodeAlias.objects.count() == 1
    assert totals(resource.import_data(rows(("sex", "女性", "2")), raise_errors=True)) == [1, 0, 0, 0]


def test_only_two_hundred_rows_are_kept_and_all_are_counted(resource):
    result = resource.import_data(rows(*[("sex", f"w{n}", "1") for n in range(500)]), dry_run=True)

    assert (len(result.rows), result.totals["new"]) == (200, 500)


def test_only_two_hundred_faults_are_kept_and_all_are_counted(resource):
    result = resource.import_data(rows(*[("sex", "x" * 90, "1")] * 300), dry_run=True)

    assert (len(result.invalid_rows), result.totals["invalid"]) == (200, 300)


def test_an_export_streams_under_the_same_headings(resource):
    out = resource.export()

    assert (out.headers, list(out), len(out)) == (["清单", "旧词", "代码"], [["sex", "男性", "1"]], 1)


def test_every_format_of_the_library_writes_the_rows_of_an_export_too(resource):
    out = resource.export()

    assert out.export("csv") == "清单,旧词,代码\r\nsex,男性,1\r\n"
    assert out.dict == [{"清单": "sex", "旧词": "男性", "代码": "1"}]


def test_a_resource_with_a_row_hook_is_refused_where_it_is_written():
    with pytest.raises(ImproperlyConfigured, match="before_import_row"):

        class Hooked(FastResource):
            def before_import_row(self, row, **kwargs):
                pass

            class Meta:
                model = CodeAlias
