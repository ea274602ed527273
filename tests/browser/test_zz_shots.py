import pytest
from django.utils import timezone
from datetime import timedelta
pytestmark = pytest.mark.e2e
def test_shots(person, django_db_blocker):
    from relief.models import SignedSheet
    from casework.models import HardshipFile, ChangeRequest
    from casework import actions
    from center.models import Staff, StandIn
    from center.actions.stand_ins import name_stand_in
    with django_db_blocker.unblock():
        from relief.models import Payment, Batch
        from relief.prints import print_signsheet
        from relief.actions import receipts
        from tests.relief.scans import signed_scan
        fd, acc = (Staff.objects.get(username=n) for n in ("frontdesk","accountant"))
        w = Payment.objects.filter(status="paid", receipt_confirmed_by=None).exclude(batch__paid_by=fd)
        for b in Batch.objects.filter(pk__in=w.values("batch"))[:1]:
            iss = print_signsheet(b, by=acc); ls = list(w.filter(batch=b).values_list("line",flat=True))
            print(ls); receipts.take_sheet(b, upload=signed_scan(iss, lines=set(ls[::2])), by=fd)
        codes = list(SignedSheet.objects.filter(status="taken").values_list("code","recognised","bare","unseen","lines"))
        print(codes)
        officer=Staff.objects.get(username="officer"); o2=Staff.objects.get(username="officer2")
        t=timezone.localdate()
        name_stand_in(officer, colleague=o2, starts_on=t, ends_on=t+timedelta(days=5), by=officer)
        f=HardshipFile.objects.filter(status="active", household__head__id_number__isnull=False).first()
        ch=actions.propose_number(f, person=f.household.memberships.current().exclude(person__id_number=None).first().person, id_number="510104196803070028", reason="录入时看错一位", by=officer)
    for lang in ("zh-hans","en"):
        for w,h in ((1366,768),(360,740)):
            c=person("frontdesk",language=lang,width=w,height=h)
            for i,code in enumerate(codes[:2]):
                c.go(f"/payments/receipts/{code[0]}/") ; c.page.screenshot(path=f"/tmp/rc/shot-sheet{i}-{lang}-{w}.png",full_page=True)
            c=person("officer2",language=lang,width=w,height=h)
            c.go("/me/away/"); c.page.screenshot(path=f"/tmp/rc/shot-away-{lang}-{w}.png",full_page=True)
            c.go("/tasks/"); c.page.screenshot(path=f"/tmp/rc/shot-tasks-{lang}-{w}.png",full_page=True)
            c.go(f"/changes/{ch.code}/"); c.page.screenshot(path=f"/tmp/rc/shot-change-{lang}-{w}.png",full_page=True)
            c=person("leader",language=lang,width=w,height=h)
            c.go(f"/me/hand-over/?of={officer.pk}"); c.page.screenshot(path=f"/tmp/rc/shot-hand-{lang}-{w}.png",full_page=True)
