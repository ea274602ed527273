"""A Resource declares; rows come in and go out by statement, whatever their number."""

import pytest
import tablib
from django.core.exceptions import ImproperlyConfigured
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
    result = resource.import_data(tablib.Dataset(("x",), headers=["代码"]), dry_run=True)

    assert result.has_errors()


def test_only_two_hundred_rows_are_kept_and_all_are_counted(resource):
    result = resource.import_data(rows(*[("sex", f"w{n}", "1") for n in range(500)]), dry_run=True)

    assert (len(result.rows), result.totals["new"]) == (200, 500)


def test_an_export_streams_under_the_same_headings(resource):
    out = resource.export()

    assert (out.headers, list(out), len(out)) == (["清单", "旧词", "代码"], [["sex", "男性", "1"]], 1)


def test_a_resource_with_a_row_hook_is_refused_where_it_is_written():
    with pytest.raises(ImproperlyConfigured, match="before_import_row"):

        class Hooked(FastResource):
            def before_import_row(self, row, **kwargs):
                pass

            class Meta:
                model = CodeAlias
