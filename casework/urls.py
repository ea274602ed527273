"""Routes of the casework room."""

from django.urls import URLPattern, URLResolver, path

from casework.views import changes, file, files, imports, matters, papers, people, sections, steps, texts, visits

app_name = "casework"
urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", visits.desk, name="desk"),
    path("visits/", visits.visits, name="visits"),
    path("visits/matches/", visits.matches, name="visit_matches"),
    path("visits/group/new/", visits.group, name="visit_group"),
    path("visits/late/new/", visits.late, name="visit_late"),
    path("visits/sheet/", visits.sheet, name="visit_sheet"),
    path("visits/texts/", texts.texts, name="quick_texts"),
    path("visits/<str:code>/seen/", visits.seen, name="visit_seen"),
    path("visits/<str:code>/", visits.visit, name="visit"),
    path("visits/<str:code>/undo/", visits.undo, name="visit_undo"),
    path("callbacks/", visits.callbacks, name="callbacks"),
    path("callbacks/<str:code>/", visits.callback, name="callback"),
    path("matters/", matters.matters, name="matters"),
    path("matters/<str:code>/", matters.matter, name="matter"),
    path("files/", files.files, name="files"),
    path("files/new/", files.start, name="file_start"),
    path("files/blank/", papers.blank_paper, name="file_blank"),
    path("files/<str:code>/", file.file, name="file"),
    path("files/<str:code>/edit/<str:section>/", sections.edit, name="file_edit"),
    path("files/<str:code>/members/<str:member>/", sections.member, name="file_member"),
    path("files/<str:code>/step/<str:step>/", steps.step, name="file_step"),
    path("files/<str:code>/assessment/", file.assessment, name="assessment"),
    path("files/<str:code>/paper/", papers.paper, name="file_paper"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/", imports.template, name="import_template"),
    path("imports/<str:code>/", imports.import_page, name="import"),
    path("imports/<str:code>/errors/", imports.errors, name="import_errors"),
    path("imports/<str:code>/withdraw/", imports.withdraw, name="import_withdraw"),
    path("changes/", changes.changes, name="changes"),
    path("changes/<str:code>/", changes.change, name="change"),
    path("people/<str:code>/", people.person, name="person"),
    path("consents/<str:code>/withdraw/", people.consent, name="consent_withdraw"),
    path("employers/<str:code>/", people.employer, name="employer"),
]
