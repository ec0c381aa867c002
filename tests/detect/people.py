"""Invented persons of twenty countries: names with accents, apostrophes and other alphabets, national
numbers, dates as they are written there; and how senders name such values."""

from __future__ import annotations

_TABLE = """
FR|Elodie.Lefevre+courses@gmail.com|06 39 98 41 27|Élodie|Lefèvre|1987-05-14|12 rue des Lilas|Saint-Étienne|42000|FR|f
DE|JUERGEN.Gross-Mueller@poste.test|0171 3920012|Jürgen|Groß-Müller|03.11.1979|Königsallee 12b|Düsseldorf|40212|Germany|male
ES|maria_jose.garcia@correo.test|+34 612 345 678|María José|García-Núñez|1990-01-02|Calle de la Ñora 5|A Coruña|15001|ES|mujer
PT|joao@exemplo-correio.pt|+351 912 345 678|João|da Conceição|1965-12-31|Rua da Prata 100|Lisboa|1100-420|PT|m
IT|g.dangelo@posta.test|+39 347 123 4567|Giovanni|D'Angelo|1988-08-08|Via Garibaldi 3|L'Aquila|67100|IT|m
PL|lukasz.swiatek@poczta.test|512 345 678|Łukasz|Świątek|1995-03-09|ul. Długa 7/3|Łódź|90-001|Polska|m
CZ|jiri.dvorak@posta.example|+420 601 123 456|Jiří|Dvořák|1972-07-19|Dlouhá 12|Plzeň|301 00|CZ|m
GB|siobhan.o'brien@mail.test|07700 900123|Siobhán|O'Brien|1984-02-29|221b Baker Street|Stoke-on-Trent|SW1A 1AA|GB|f
US|mj@us-mail.technology|(415) 555-0132|Mary-Jane|Smith|05/14/1987|1600 Invented Pkwy|San Francisco|94103-1234|USA|f
TR|İpek.Sahin@eposta.test|+90 532 123 45 67|İpek|Şahinoğlu|1999-09-09|Bağdat Caddesi 10|Iğdır|76000|TR|f
GR|alexandros.p@grammata.test|+30 694 123 4567|Αλέξανδρος|Παπαδόπουλος|1981-10-01|Ερμού 15|Αθήνα|105 63|GR|m
UA|olena.sh@poshta.test|+380 67 123 45 67|Олена|Шевченко|1993-06-06|вул. Хрещатик 22|Київ|01001|Україна|f
JP|taro_yamada@yubin.test|090-1234-5678|太郎|山田|1970-04-29|千代田1-1-1|千代田区|100-0001|JP|m
EG|m.alali@barid.test|+20 100 123 4567|محمد|العلي|1992-12-12|شارع النيل 5|القاهرة|11511|EG|m
BR|conceicao.silva@correio.com.test|+55 11 91234-5678|Conceição|da Silva|1986-11-23|Av. Paulista 1578|São Paulo|01310-200|BR|f
NL|jan.vandenberg@post.test|06 12345678|Jan|van den Berg|1977-01-30|Prinsengracht 263|'s-Hertogenbosch|1012 AB|NL|m
SE|asa@öberg-post.test|070-174 06 35|Åsa|Öberg|2000-02-02|Storgatan 4|Malmö|211 22|SE|f
VN|anh.nguyen@thu.test|+84 91 234 56 78|Ánh|Nguyễn|1998-08-18|12 Lê Lợi|Đà Nẵng|550000|VN|f
NO|li.wu@a-b.co|+47 40 61 23 45|Li|Wu|2001-01-01|Karl Johans gate 1|Oslo|0154|NO|f
LU|a.very.long.local.part.that.goes.on.and.on@sub.of.a.long-company-name.museum|+352 621 123 456|Maximilian-Alexander|von Hohenzollern-Sigmaringen|1950-10-10|Schloßstraße 1|Esch-sur-Alzette|L-4002|LU|m
"""  # noqa: E501
_TYPES = "email phone first_name last_name dob street city zip country gender".split()

PEOPLE: dict[str, dict[str, list[str]]] = {}
for _line in _TABLE.strip().split("\n"):
    _country, *_values = _line.split("|")
    PEOPLE[_country] = {kind: [value] for kind, value in zip(_TYPES, _values, strict=True)}

NAMED = {
    "email": "email em user_email mail e userEmail hashedEmail EMAIL customer[email] u_hem",
    "phone": "phone ph tel phone_number mobile phoneNumber telephone ud[ph]",
    "first_name": "fn first_name firstName prenom vorname given_name firstname nombre",
    "last_name": "ln last_name lastName nom nachname family_name surname apellidos",
    "dob": "dob db birthday birth_date date_naissance geburtsdatum bday",
    "street": "street address address1 adresse street_address",
    "city": "city ct ville locality stadt",
    "zip": "zip zp postal_code postcode cp plz",
    "country": "country co country_code pays",
    "gender": "gender ge sex sexe",
}
"""Data type -> names that senders give to it."""
