"""`contacts`: a call is prepared, and hints come from the lists of domains, numbers and countries."""

from aftership_tracking.contacts import Contacts, MailDomains, inspect_email, inspect_phone

customer = {"phone_number": "(201) 555-0123", "email": "ada@example.com"}
prepared = Contacts(region="US").prepare({"tracking_number": "PARCEL0001", "customers": [customer]})
assert prepared["customers"][0]["phone_number"] == "+12015550123"
assert inspect_email("ada@mailinator.com").disposable
assert inspect_email("ada@gmail.com").free
assert inspect_phone("+44 20 7946 0018").country_iso3 == "GBR"
assert MailDomains(server="127.0.0.1")  # made with dnspython; nothing is sent
print("done")
