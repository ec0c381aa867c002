"""Countries as people and forms write them: codes and names, English, French and their own."""

from __future__ import annotations

from functools import lru_cache

_TABLE = """
AD AND Andorra|Andorre
AE ARE United Arab Emirates|Émirats arabes unis|UAE
AL ALB Albania|Albanie|Shqipëria
AR ARG Argentina|Argentine
AT AUT Austria|Autriche|Österreich
AU AUS Australia|Australie
BA BIH Bosnia and Herzegovina|Bosnie-Herzégovine|Bosna i Hercegovina
BE BEL Belgium|Belgique|België|Belgien
BG BGR Bulgaria|Bulgarie|България
BR BRA Brazil|Brésil|Brasil
BY BLR Belarus|Biélorussie|Беларусь
CA CAN Canada
CH CHE Switzerland|Suisse|Schweiz|Svizzera
CI CIV Ivory Coast|Côte d'Ivoire
CL CHL Chile|Chili
CM CMR Cameroon|Cameroun
CN CHN China|Chine|中国
CO COL Colombia|Colombie
CY CYP Cyprus|Chypre|Κύπρος
CZ CZE Czechia|Tchéquie|Česko|Czech Republic|République tchèque
DE DEU Germany|Allemagne|Deutschland|Alemania|Germania
DK DNK Denmark|Danemark|Danmark
DZ DZA Algeria|Algérie|الجزائر
EE EST Estonia|Estonie|Eesti
EG EGY Egypt|Égypte|مصر
ES ESP Spain|Espagne|España|Spanien|Spagna
FI FIN Finland|Finlande|Suomi
FR FRA France|Frankreich|Francia|Frankrijk|França
GB GBR United Kingdom|Royaume-Uni|Great Britain|UK|England|Vereinigtes Königreich
GE GEO Georgia|Géorgie|საქართველო
GR GRC Greece|Grèce|Ελλάδα
HK HKG Hong Kong|香港
HR HRV Croatia|Croatie|Hrvatska
HU HUN Hungary|Hongrie|Magyarország
ID IDN Indonesia|Indonésie
IE IRL Ireland|Irlande|Éire
IL ISR Israel|Israël|ישראל
IN IND India|Inde|भारत
IS ISL Iceland|Islande|Ísland
IT ITA Italy|Italie|Italia|Italien
JP JPN Japan|Japon|日本
KE KEN Kenya
KR KOR South Korea|Corée du Sud|대한민국|Korea
LB LBN Lebanon|Liban|لبنان
LI LIE Liechtenstein
LT LTU Lithuania|Lituanie|Lietuva
LU LUX Luxembourg|Luxemburg|Lëtzebuerg
LV LVA Latvia|Lettonie|Latvija
MA MAR Morocco|Maroc|المغرب
MC MCO Monaco
MD MDA Moldova|Moldavie
ME MNE Montenegro|Monténégro|Crna Gora
MK MKD North Macedonia|Macédoine du Nord|Северна Македонија
MT MLT Malta|Malte
MX MEX Mexico|Mexique|México
MY MYS Malaysia|Malaisie
NG NGA Nigeria
NL NLD Netherlands|Pays-Bas|Nederland|Niederlande
NO NOR Norway|Norvège|Norge
NZ NZL New Zealand|Nouvelle-Zélande
PE PER Peru|Pérou|Perú
PH PHL Philippines
PK PAK Pakistan|پاکستان
PL POL Poland|Pologne|Polska
PT PRT Portugal
QA QAT Qatar|قطر
RO ROU Romania|Roumanie|România
RS SRB Serbia|Serbie|Србија|Srbija
RU RUS Russia|Russie|Россия|Russian Federation
SA SAU Saudi Arabia|Arabie saoudite|السعودية
SE SWE Sweden|Suède|Sverige
SG SGP Singapore|Singapour
SI SVN Slovenia|Slovénie|Slovenija
SK SVK Slovakia|Slovaquie|Slovensko
SN SEN Senegal|Sénégal
TH THA Thailand|Thaïlande|ประเทศไทย
TN TUN Tunisia|Tunisie|تونس
TR TUR Turkey|Turquie|Türkiye
TW TWN Taiwan|Taïwan|台灣
UA UKR Ukraine|Україна
US USA United States|États-Unis|United States of America|Estados Unidos
VN VNM Vietnam|Viêt Nam|Việt Nam
ZA ZAF South Africa|Afrique du Sud
"""


def code(text: str) -> str:
    """ISO alpha-2 of a country told by code or name, or empty."""
    return _codes().get(text.strip().casefold(), "")


def words(text: str) -> tuple[str, ...]:
    """Every way to write the same country, its codes first; none for an unknown one."""
    return _words().get(code(text), ())


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    table = {}
    for line in _TABLE.strip().split("\n"):
        short, long, names = line.split(" ", 2)
        table[short] = (short, long, *names.split("|"))
    return table


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {word.casefold(): short for short, known in _words().items() for word in known}
