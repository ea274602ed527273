"""Recompute the ledger from its postings, and the work beside it, to the fen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each check: a sentence for every row that its question finds. The questions return (what, expected, found).
UNBALANCED = """
SELECT t.voucher_number || '/' || t.line || ' · ' || p.fund_source_id, 0, p.total
FROM (SELECT transaction_id, fund_source_id, sum(amount) AS total FROM relief_posting GROUP BY 1, 2 HAVING sum(amount) <> 0) p
JOIN relief_ledgertransaction t ON t.id = p.transaction_id ORDER BY t.id
"""
EMPTY = """
SELECT t.voucher_number || '/' || t.line, NULL, NULL FROM relief_ledgertransaction t
WHERE NOT EXISTS (SELECT 1 FROM relief_posting p WHERE p.transaction_id = t.id) ORDER BY t.id
"""
BALANCES = """
SELECT coalesce(s.fund_source_id, b.fund_source_id) || ' · ' || coalesce(s.bucket, b.bucket),
       coalesce(s.total, 0), coalesce(b.amount, 0)
FROM (SELECT fund_source_id, bucket, sum(amount) AS total FROM relief_posting GROUP BY 1, 2) s
FULL JOIN relief_balance b ON b.fund_source_id = s.fund_source_id AND b.bucket = s.bucket
WHERE coalesce(s.total, 0) <> coalesce(b.amount, 0) ORDER BY 1
"""
OVERDRAWN = """
SELECT fund_source_id || ' · ' || bucket, 0, sum(amount) FROM relief_posting GROUP BY fund_source_id, bucket
HAVING (bucket = 'outside' AND sum(amount) > 0) OR (bucket <> 'outside' AND sum(amount) < 0) ORDER BY 1
"""
ALONE = """
SELECT t.voucher_number || '/' || t.line, NULL, NULL FROM relief_ledgertransaction t
WHERE t.kind IN ('reverse', 'transfer', 'carry_over') AND (t.seconded_by_id IS NULL OR t.seconded_by_id = t.posted_by_id)
ORDER BY t.id
"""
REVERSALS = """
SELECT r.voucher_number || '/' || r.line, sum(p.amount) FILTER (WHERE p.transaction_id = t.id AND p.amount > 0),
       sum(p.amount) FILTER (WHERE p.transaction_id = r.id AND p.amount > 0)
FROM relief_ledgertransaction r JOIN relief_ledgertransaction t ON t.id = r.reverses_id
JOIN relief_posting p ON p.transaction_id IN (r.id, t.id)
WHERE r.reverses_id IS NOT NULL GROUP BY r.id HAVING sum(p.amount) FILTER (WHERE p.transaction_id = t.id AND p.amount > 0)
    <> sum(p.amount) FILTER (WHERE p.transaction_id = r.id AND p.amount > 0) ORDER BY r.id
"""
PAID = """
WITH moved AS (
    SELECT t.payment_id AS payment,
           sum(p.amount) FILTER (WHERE p.bucket = 'paid') AS paid,
           sum(p.amount) FILTER (WHERE p.bucket = 'in_transit') AS in_transit
    FROM relief_ledgertransaction t JOIN relief_posting p ON p.transaction_id = t.id
    WHERE t.payment_id IS NOT NULL AND p.bucket IN ('paid', 'in_transit') GROUP BY 1)
SELECT coalesce(nullif(y.number, ''), 'payment ' || coalesce(y.id, m.payment)),
       CASE WHEN y.status = 'paid' THEN y.amount ELSE 0 END, coalesce(m.paid, 0)
FROM relief_payment y FULL JOIN moved m ON m.payment = y.id
WHERE coalesce(m.paid, 0) <> CASE WHEN y.status = 'paid' THEN y.amount ELSE 0 END
   OR coalesce(m.in_transit, 0) <> CASE WHEN y.status = 'in_transit' THEN y.amount ELSE 0 END
ORDER BY 1
"""
COMMITTED = """
SELECT s.id || ' · ' || s.name, coalesce(i.owed, 0), coalesce(b.amount, 0) FROM relief_fundsource s
LEFT JOIN relief_balance b ON b.fund_source_id = s.id AND b.bucket = 'committed'
LEFT JOIN (
    SELECT i.fund_source_id, sum(i.amount) AS owed FROM relief_instalment i
    WHERE i.status = 'owed' OR (i.status = 'paying' AND EXISTS (
        SELECT 1 FROM relief_payment y WHERE y.instalment_id = i.id AND y.status = 'listed'))
    GROUP BY 1) i ON i.fund_source_id = s.id
WHERE coalesce(i.owed, 0) <> coalesce(b.amount, 0) ORDER BY s.id
"""
AWARDED = """
SELECT a.id::text, a.amount, sum(i.amount) FROM relief_award a JOIN relief_instalment i ON i.award_id = a.id
GROUP BY a.id HAVING sum(i.amount) <> a.amount ORDER BY a.id
"""


def faults() -> Iterator[str]:
    """One sentence for each fault; nothing when the ledger is true."""
    checks = (
        (UNBALANCED, _("Transaction %(what)s does not sum to zero: %(found)s.")),
        (EMPTY, _("Transaction %(what)s has no postings.")),
        (BALANCES, _("Balance %(what)s is %(found)s; its postings come to %(expected)s.")),
        (OVERDRAWN, _("Bucket %(what)s stands at %(found)s.")),
        (ALONE, _("Transaction %(what)s needs two people.")),
        (REVERSALS, _("Reversal %(what)s is %(found)s; it reverses %(expected)s.")),
        (PAID, _("Payment %(what)s: the ledger says %(found)s paid, the payment %(expected)s.")),
        (COMMITTED, _("Source %(what)s has %(found)s committed; instalments owed come to %(expected)s.")),
        (AWARDED, _("Award %(what)s of %(expected)s has instalments of %(found)s.")),
    )
    with connection.cursor() as cursor:
        for question, sentence in checks:
            cursor.execute(question)
            for what, expected, found in cursor.fetchall():
                yield sentence % {"what": what, "expected": expected, "found": found}
