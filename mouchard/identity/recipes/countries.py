"""Countries as people and forms write them: codes and names, English, French and their own."""

from __future__ import annotations

from functools import lru_cache

_TABLE = """
AD AND Andorra|Andorre
AE ARE United Arab Emirates|Émirats arabes unis|UAE
AF AFG Afghanistan
AG ATG Antigua and Barbuda|Antigua-et-Barbuda
AL ALB Albania|Albanie|Shqipëria
AM ARM Armenia|Arménie|Հայաստան
AO AGO Angola
AR ARG Argentina|Argentine
AT AUT Austria|Autriche|Österreich
AU AUS Australia|Australie
AW ABW Aruba
AZ AZE Azerbaijan|Azerbaïdjan|Azərbaycan
BA BIH Bosnia and Herzegovina|Bosnie-Herzégovine|Bosna i Hercegovina
BB BRB Barbados|Barbade
BD BGD Bangladesh|বাংলাদেশ
BE BEL Belgium|Belgique|België|Belgien
BF BFA Burkina Faso
BG BGR Bulgaria|Bulgarie|България
BH BHR Bahrain|Bahreïn
BI BDI Burundi
BJ BEN Benin|Bénin
BL BLM Saint-Barthélemy
BN BRN Brunei
BO BOL Bolivia|Bolivie
BR BRA Brazil|Brésil|Brasil
BS BHS Bahamas
BT BTN Bhutan|Bhoutan
BW BWA Botswana
BY BLR Belarus|Biélorussie|Беларусь
BZ BLZ Belize
CA CAN Canada
CD COD Democratic Republic of the Congo|République démocratique du Congo|DR Congo|RDC
CF CAF Central African Republic|République centrafricaine
CG COG Congo|Republic of the Congo|Congo-Brazzaville
CH CHE Switzerland|Suisse|Schweiz|Svizzera
CI CIV Ivory Coast|Côte d'Ivoire
CL CHL Chile|Chili
CM CMR Cameroon|Cameroun
CN CHN China|Chine|中国
CO COL Colombia|Colombie
CR CRI Costa Rica
CU CUB Cuba
CV CPV Cape Verde|Cap-Vert|Cabo Verde
CW CUW Curaçao
CY CYP Cyprus|Chypre|Κύπρος
CZ CZE Czechia|Tchéquie|Česko|Czech Republic|République tchèque
DE DEU Germany|Allemagne|Deutschland|Alemania|Germania
DJ DJI Djibouti
DK DNK Denmark|Danemark|Danmark
DM DMA Dominica|Dominique
DO DOM Dominican Republic|République dominicaine|República Dominicana
DZ DZA Algeria|Algérie|الجزائر
EC ECU Ecuador|Équateur
EE EST Estonia|Estonie|Eesti
EG EGY Egypt|Égypte|مصر
ER ERI Eritrea|Érythrée
ES ESP Spain|Espagne|España|Spanien|Spagna
ET ETH Ethiopia|Éthiopie
FI FIN Finland|Finlande|Suomi
FJ FJI Fiji|Fidji
FO FRO Faroe Islands|Îles Féroé|Føroyar
FR FRA France|Frankreich|Francia|Frankrijk|França
GA GAB Gabon
GB GBR United Kingdom|Royaume-Uni|Great Britain|UK|England|Vereinigtes Königreich
GD GRD Grenada|Grenade
GE GEO Georgia|Géorgie|საქართველო
GF GUF French Guiana|Guyane|Guyane française
GG GGY Guernsey|Guernesey
GH GHA Ghana
GI GIB Gibraltar
GL GRL Greenland|Groenland
GM GMB Gambia|Gambie
GN GIN Guinea|Guinée
GP GLP Guadeloupe
GQ GNQ Equatorial Guinea|Guinée équatoriale
GR GRC Greece|Grèce|Ελλάδα
GT GTM Guatemala
GW GNB Guinea-Bissau|Guinée-Bissau
GY GUY Guyana
HK HKG Hong Kong|香港
HN HND Honduras
HR HRV Croatia|Croatie|Hrvatska
HT HTI Haiti|Haïti
HU HUN Hungary|Hongrie|Magyarország
ID IDN Indonesia|Indonésie
IE IRL Ireland|Irlande|Éire
IL ISR Israel|Israël|ישראל
IM IMN Isle of Man|Île de Man
IN IND India|Inde|भारत
IQ IRQ Iraq|Irak|العراق
IR IRN Iran|ایران
IS ISL Iceland|Islande|Ísland
IT ITA Italy|Italie|Italia|Italien
JE JEY Jersey
JM JAM Jamaica|Jamaïque
JO JOR Jordan|Jordanie|الأردن
JP JPN Japan|Japon|日本
KE KEN Kenya
KG KGZ Kyrgyzstan|Kirghizistan
KH KHM Cambodia|Cambodge
KM COM Comoros|Comores
KN KNA Saint Kitts and Nevis|Saint-Christophe-et-Niévès
KP PRK North Korea|Corée du Nord
KR KOR South Korea|Corée du Sud|대한민국|Korea
KW KWT Kuwait|Koweït|الكويت
KZ KAZ Kazakhstan|Қазақстан|Казахстан
LA LAO Laos
LB LBN Lebanon|Liban|لبنان
LC LCA Saint Lucia|Sainte-Lucie
LI LIE Liechtenstein
LK LKA Sri Lanka
LR LBR Liberia|Libéria
LS LSO Lesotho
LT LTU Lithuania|Lituanie|Lietuva
LU LUX Luxembourg|Luxemburg|Lëtzebuerg
LV LVA Latvia|Lettonie|Latvija
LY LBY Libya|Libye|ليبيا
MA MAR Morocco|Maroc|المغرب
MC MCO Monaco
MD MDA Moldova|Moldavie
ME MNE Montenegro|Monténégro|Crna Gora
MF MAF Saint-Martin
MG MDG Madagascar|Madagasikara
MK MKD North Macedonia|Macédoine du Nord|Северна Македонија
ML MLI Mali
MM MMR Myanmar|Birmanie|Burma
MN MNG Mongolia|Mongolie
MO MAC Macau|Macao|澳門
MQ MTQ Martinique
MR MRT Mauritania|Mauritanie
MT MLT Malta|Malte
MU MUS Mauritius|Maurice|Île Maurice
MV MDV Maldives
MW MWI Malawi
MX MEX Mexico|Mexique|México
MY MYS Malaysia|Malaisie
MZ MOZ Mozambique|Moçambique
NA NAM Namibia|Namibie
NC NCL New Caledonia|Nouvelle-Calédonie
NE NER Niger
NG NGA Nigeria
NI NIC Nicaragua
NL NLD Netherlands|Pays-Bas|Nederland|Niederlande
NO NOR Norway|Norvège|Norge
NP NPL Nepal|Népal
NZ NZL New Zealand|Nouvelle-Zélande
OM OMN Oman
PA PAN Panama
PE PER Peru|Pérou|Perú
PF PYF French Polynesia|Polynésie française
PG PNG Papua New Guinea|Papouasie-Nouvelle-Guinée
PH PHL Philippines
PK PAK Pakistan|پاکستان
PL POL Poland|Pologne|Polska
PM SPM Saint-Pierre-et-Miquelon
PR PRI Puerto Rico|Porto Rico
PS PSE Palestine|فلسطين
PT PRT Portugal
PY PRY Paraguay
QA QAT Qatar|قطر
RE REU Réunion|La Réunion
RO ROU Romania|Roumanie|România
RS SRB Serbia|Serbie|Србија|Srbija
RU RUS Russia|Russie|Россия|Russian Federation
RW RWA Rwanda
SA SAU Saudi Arabia|Arabie saoudite|السعودية
SC SYC Seychelles
SD SDN Sudan|Soudan|السودان
SE SWE Sweden|Suède|Sverige
SG SGP Singapore|Singapour
SI SVN Slovenia|Slovénie|Slovenija
SK SVK Slovakia|Slovaquie|Slovensko
SL SLE Sierra Leone
SM SMR San Marino|Saint-Marin
SN SEN Senegal|Sénégal
SO SOM Somalia|Somalie
SR SUR Suriname
SS SSD South Sudan|Soudan du Sud
ST STP São Tomé and Príncipe|Sao Tomé-et-Principe
SV SLV El Salvador|Salvador
SY SYR Syria|Syrie|سوريا
SZ SWZ Eswatini
TD TCD Chad|Tchad
TG TGO Togo
TH THA Thailand|Thaïlande|ประเทศไทย
TJ TJK Tajikistan|Tadjikistan
TL TLS Timor-Leste|Timor oriental
TM TKM Turkmenistan|Turkménistan
TN TUN Tunisia|Tunisie|تونس
TO TON Tonga
TR TUR Turkey|Turquie|Türkiye
TT TTO Trinidad and Tobago|Trinité-et-Tobago
TW TWN Taiwan|Taïwan|台灣
TZ TZA Tanzania|Tanzanie
UA UKR Ukraine|Україна
UG UGA Uganda|Ouganda
US USA United States|États-Unis|United States of America|Estados Unidos
UY URY Uruguay
UZ UZB Uzbekistan|Ouzbékistan|Oʻzbekiston
VA VAT Vatican|Holy See|Saint-Siège
VC VCT Saint Vincent and the Grenadines|Saint-Vincent-et-les-Grenadines
VE VEN Venezuela
VN VNM Vietnam|Viêt Nam|Việt Nam
VU VUT Vanuatu
WF WLF Wallis and Futuna|Wallis-et-Futuna
WS WSM Samoa
XK XKX Kosovo|Kosova
YE YEM Yemen|Yémen|اليمن
YT MYT Mayotte
ZA ZAF South Africa|Afrique du Sud
ZM ZMB Zambia|Zambie
ZW ZWE Zimbabwe
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
