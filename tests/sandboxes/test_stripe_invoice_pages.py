"""An invoice as people see it: a page and a PDF, for whoever was given the address."""

import re

import httpx2
import pytest
import stripe

from sandboxes.stripe.hosted.pdf import Words, page
from tests.sandboxes.membership import a_membership
from tests.sandboxes.till import Till


@pytest.fixture
def invoice(till: Till) -> stripe.Invoice:
    club = a_membership(till)
    made = club.subscribe(expand=["latest_invoice"]).latest_invoice
    assert isinstance(made, stripe.Invoice)
    return made


def test_an_invoice_has_a_page(till: Till, invoice: stripe.Invoice) -> None:
    address = str(invoice.hosted_invoice_url)
    assert address.startswith(f"{till.address}/stripe/invoices/{invoice.id}/")
    shown = httpx2.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for words in (str(invoice.number), "$29.00", "Zoë", "Paid", str(invoice.invoice_pdf)):
        assert words in shown.text
    wrong = httpx2.get(f"{address[:-1]}x")
    assert wrong.status_code == 404
    assert str(invoice.number) not in wrong.text
    assert httpx2.get(f"{till.address}/stripe/invoices/in_none/x/pdf").status_code == 404


def test_an_invoice_has_a_pdf(invoice: stripe.Invoice) -> None:
    answer = httpx2.get(str(invoice.invoice_pdf))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert f"Invoice {invoice.number}".encode() in answer.content
    assert b"$29.00" in answer.content


def test_a_pdf_tells_truly_where_its_objects_are() -> None:
    whole = page([Words(10, 20, "Zoë (black belt) \\ 空手")], "A title")
    (start,) = re.findall(rb"startxref\n(\d+)\n%%EOF\n$", whole)
    assert whole[int(start) :].startswith(b"xref\n0 8\n")
    offsets = [int(each) for each in re.findall(rb"^(\d{10}) 00000 n ", whole, re.MULTILINE)]
    assert len(offsets) == 7
    for number, offset in enumerate(offsets, 1):
        assert whole[offset:].startswith(b"%d 0 obj\n" % number)
    assert b"(Zo\xeb \\(black belt\\) \\\\ ??) Tj" in whole
    (length,) = re.findall(rb"/Length (\d+) >>\nstream\n", whole)
    stream = whole.partition(b"stream\n")[2].partition(b"\nendstream")[0]
    assert len(stream) == int(length)
