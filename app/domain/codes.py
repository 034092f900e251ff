"""Codes of public standards: countries, languages, currencies, time zones; and the closed list of genders.

The lists are written here because they are small and change once in a few years; a test compares them with CLDR."""

import re
import zoneinfo
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Final

from app.domain import texts
from app.errors import Invalid

_ISO_3166: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""

# Kosovo has no code in the standard yet; every carrier and shop platform writes XK.
COUNTRIES: Final = frozenset(_ISO_3166.split()) | {"XK"}
# What people and the European Union write for two countries.
_COUNTRY_ALIASES: Final[Mapping[str, str]] = MappingProxyType({"UK": "GB", "EL": "GR"})

_ISO_4217: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""

# Withdrawn since 2015. Past orders were paid in them, and a back-fill must be able to say so.
_WITHDRAWN: Final = "ANG BGN BYR CUC HRK LTL MRO SLL STD VEF ZWL"
PAST_CURRENCIES: Final = frozenset(_WITHDRAWN.split())
CURRENCIES: Final = frozenset(_ISO_4217.split())

# Decimals of the minor unit in ISO 4217, where they are not two.
_WITHOUT_DECIMALS: Final = "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"
_SMALLEST: Final[Mapping[str, Decimal]] = MappingProxyType(
    dict.fromkeys(_WITHOUT_DECIMALS.split(), Decimal(1)) | dict.fromkeys(_WITH_THREE_DECIMALS.split(), Decimal("0.001"))
)

_ISO_639_1: Final = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja
    jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb
    nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq
    sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_LANGUAGES: Final = frozenset(_ISO_639_1.split())
_OLD_LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"iw": "he", "in": "id", "ji": "yi", "jw": "jv"})
# RFC 5646 2.1 without grandfathered tags: language, script, region, variants, extensions, private use
_LANGUAGE_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)"
)

# The five answers, and how shops and forms of our users' languages write them.
_GENDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: gender
        for gender, words in {
            "female": "female f w woman mujer mulher femenino feminino femenina feminina",
            "male": "male m man hombre homem masculino masculina",
            "non_binary": "non_binary nonbinary nb enby no_binario nao_binario no_binaria nao_binaria",
            "other": "other x o diverse otro otra outro outra",
            "undisclosed": "undisclosed u n unknown prefer_not_to_say prefiero_no_decirlo prefiro_nao_dizer",
        }.items()
        for word in words.split()
    }
)
GENDERS: Final = ("female", "male", "non_binary", "other", "undisclosed")


def country(value: object, *, pointer: str) -> str:
    """ISO 3166-1 alpha-2 in upper case; UK and EL become GB and GR. Error: `invalid_country`."""
    code = texts.raw(value, pointer=pointer)
    code = code.upper() if code.isascii() else ""
    code = _COUNTRY_ALIASES.get(code, code)
    if code not in COUNTRIES:
        raise Invalid.at(pointer, "invalid_country", "Send the country as two letters of ISO 3166-1, as in BR.")
    return code


def currency(value: object, *, pointer: str) -> str:
    """ISO 4217 in upper case, money that is or since 2015 was paid with; no funds, metals or test codes.
    Error: `invalid_currency`."""
    if type(value) is str and value in CURRENCIES:
        return value
    code = texts.raw(value, pointer=pointer)
    code = code.upper() if code.isascii() else ""
    if code not in CURRENCIES and code not in PAST_CURRENCIES:
        raise Invalid.at(pointer, "invalid_currency", "Send the currency as three letters of ISO 4217, as in BRL.")
    return code


def smallest_amount(currency: str) -> Decimal:
    """The minor unit of a currency: 0.01 of a real, 1 of a Chilean peso."""
    return _SMALLEST.get(currency, Decimal("0.01"))


def language(value: object, *, pointer: str) -> str:
    """BCP 47 in canonical case (pt-BR, zh-Hant-TW, es-419), at most 35 characters; `_` is read as `-`.
    Two-letter languages and regions are looked up, the other parts are checked by form. Error: `invalid_language`."""
    typed = texts.raw(value, pointer=pointer)
    lowered = typed.replace("_", "-").lower() if typed.isascii() and len(typed) <= 35 else ""
    match = _LANGUAGE_TAG.fullmatch(lowered)
    if match:
        code = _OLD_LANGUAGES.get(match["language"], match["language"])
        region = (match["region"] or "").upper()
        region = _COUNTRY_ALIASES.get(region, region)
        if (len(code) == 3 or code in _LANGUAGES) and (not region.isalpha() or region in COUNTRIES):
            script = f"-{match['script'].title()}" if match["script"] else ""
            return f"{code}{script}{'-' if region else ''}{region}{match['rest']}"
    raise Invalid.at(pointer, "invalid_language", "Send the language as a BCP 47 tag, as in pt-BR.")


def timezone(value: object, *, pointer: str) -> str:
    """An IANA time zone in its own case, as in America/Sao_Paulo. Error: `invalid_timezone`."""
    name = _zones().get(texts.raw(value, pointer=pointer).lower())
    if name is None:
        raise Invalid.at(pointer, "invalid_timezone", "Send an IANA time zone name, as in America/Sao_Paulo.")
    return name


@cache
def _zones() -> Mapping[str, str]:
    """Lower case → name. The one look at the disk here, once per process: the list is data of the installed tzdata."""
    names = zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"}
    return {name.lower(): name for name in names}


def gender(value: object, *, pointer: str) -> str:
    """One of GENDERS; the usual English, Spanish and Portuguese words and letters are read. Error: `invalid_gender`.

    Closed, so that the API's enum is closed: a person's own word for it belongs into `attributes`."""
    typed = texts.raw(value, pointer=pointer)[:40].lower()
    found = _GENDERS.get("_".join(typed.replace("ã", "a").replace("-", " ").replace("_", " ").split()))
    if found is None:
        raise Invalid.at(pointer, "invalid_gender", f"Use one of: {', '.join(GENDERS)}.")
    return found
