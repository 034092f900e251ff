"""Which part of an event's properties is about a person: split it off to be sealed, and join it back exactly.
Where a key is not clearly about a thing it counts as personal: sealed in vain costs a filter, left open a privacy."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from stdnum.br import cnpj, cpf

# Words are compared without accents, case and separators: firstName, First-Name and first_name are one word pair.

# 1. Personal as a whole key or as its last words (billing_email, gift_message). Those not of free text also as
#    first words, because in Spanish and Portuguese the noun comes first (telefone_contato, email_cliente).
_ABOUT_A_PERSON = """
    email emails mail mails emailaddress correo correos correoelectronico correio
    phone phones phonenumber telephone telephones tel mobile mobiles mobilephone mobilenumber cellphone cell fax
    telefono telefonos telefone telefones celular celulares movil whatsapp whatsappnumber msisdn
    address addresses addr streetaddress street streetname direccion direcciones domicilio calle endereco enderecos
    logradouro rua morada bairro neighborhood neighbourhood complemento apartment zip zipcode postalcode postcode cep
    codigopostal
    ip ips ipaddress ipv4 ipv6 remoteip remoteaddr clientip useragent ua fingerprint
    document documents documento documentos documentnumber cpf cnpj cpfcnpj dni nie nif nifpt cuit cuil rfc curp rut
    rg ssn cedula passport passportnumber pasaporte passaporte taxid taxnumber vatid vatnumber nationalid idnumber
    personalid identification identificacion identificacao
    birthdate birthday birthdays dateofbirth dob birth nascimento datanascimento datadenascimento nacimiento
    fechanacimiento fechadenacimiento aniversario cumpleanos
    firstname lastname middlename fullname givenname familyname maidenname surname surnames forename nickname username
    displayname initials nombre nombres nome nomes apellido apellidos sobrenome apelido razonsocial razaosocial
    latitude longitude lat lng lon coordinates coordinate coords coordenadas geolocation geo gps
    password passwd senha contrasena cardnumber cardholder iban accountnumber pixkey chavepix
    instagram facebook twitter tiktok linkedin telegram avatar advertisingid idfa gaid imei
"""
_FREE_TEXT = """
    note notes nota notas message messages mensaje mensajes mensagem mensagens comment comments comentario comentarios
    transcript transcripts transcripcion transcricao text texto body feedback complaint reclamo reclamacao observation
    observations observacion observaciones observacao observacoes obs dedication dedicatoria recado remark remarks
"""
_LEADING: Final = frozenset(_ABOUT_A_PERSON.split())
PERSONAL_KEYS: Final = _LEADING | frozenset(_FREE_TEXT.split())

# Numbers of a person wherever the word stands (marketplace_cnpj_acquirer), except for what kind of number it is.
_NUMBERS: Final = frozenset(
    ["cpf", "cnpj", "cpfcnpj", "dni", "nie", "nif", "cuit", "cuil", "rfc", "curp", "rut", "ssn"]
)
_ADDRESS_LINE: Final = re.compile(r"(?:.*[_\W])?line[ _-]?[1-4]", re.IGNORECASE | re.DOTALL)

# 2. Personal unless it is a thing's: a name, description or gender (shoes have one), alone or with other words.
_NAMING = frozenset(
    ["name", "names", "description", "descripcion", "descricao", "nombre", "nombres", "nome", "nomes", "gender"]
)
# The thing may be the key of the enclosing object or list (items[].name) or a word of the key (product_name).
_THINGS = """
    item items product products lineitem lineitems line lines variant variants sku category categories subcategory
    collection collections brand brands vendor manufacturer coupon coupons discount discounts promotion promotions
    campaign campaigns offer offers option options attribute attributes specification specifications variation
    variations modifier modifiers bundle bundles package plan plans tax taxes fee fees shippingmethod shippingline
    shippinglines method methods carrier courier payment gateway store shop website site app os browser library
    platform screen page list lists event form field template segment audience source medium channel experiment tier
    level program reward file image button link alt anchor cta status state city region country currency warehouse
    color size model material tag tags cart wishlist filter filters query search
    articulo articulos producto productos categoria categorias marca marcas coleccion descuento cupon campana tienda
    item itens produto produtos colecao desconto cupom campanha loja transportadora tamanho cor pagina evento
"""
THINGS: Final = frozenset(_THINGS.split())
# A form_name is the form's, but {"form": {"name": …}} is what a person wrote into it; the same for these.
_WRITTEN_INTO = """
    form field event list lists attribute attributes payment package image file button link status query search
    method message line
"""
_ENCLOSING_THINGS: Final = THINGS - frozenset(_WRITTEN_INTO.split()) | {"shippingmethod", "paymentmethod"}
# A person in the key outweighs the thing: product_reviewer_name.
_PEOPLE = """
    first last full middle given family customer client user buyer shopper recipient receiver sender reviewer author
    holder cardholder billing contact owner person people friend guest member subscriber employee agent seller profile
    account cliente usuario comprador destinatario remetente remitente titular contacto contato pessoa persona amigo
"""
PEOPLE: Final = frozenset(_PEOPLE.split())

# 3. After a personal word these say something about the record, not about the person: message_id, email_opt_in.
_NEUTRAL = """
    id ids count type kind status verified confirmed subscribed subscription consent optin optout in out enabled
    template campaign model version at on provider method channel rate rating length valid validated present required
"""
NEUTRAL: Final = frozenset(_NEUTRAL.split())

# Written without any separator (billingaddress1) a word is found inside; headphones and iphone are goods.
_RUN_TOGETHER: Final = re.compile(
    r"email|correoelectronico|telephone|telefon|celular|whatsapp|address|endereco|direccion|logradouro|useragent"
    r"|(?<!head)(?<!micro)(?<!smart)(?<!ear)(?<!^i)phone|firstname|lastname|fullname|middlename|givenname|familyname"
    r"|surname|sobrenome|apellido|birthda|nascimento|nacimiento|passport|postalcode|zipcode"
    r"|(?:customer|user|buyer|recipient|contact|billing|shipping|receiver|cardholder)name"
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")
_SEPARATOR: Final = re.compile(r"[\W_]+")

# By value. `shoe@2x.png` is an image for sharp screens and `/@name` a handle in a path; neither is an address.
_EMAIL: Final = re.compile(r"[\w!#$%&'*+=?^`{|}~.-]@(?!\dx\.)(?:[\w-]+\.)+(?:xn--[\w-]+|[^\W\d_]{2,})")
_PHONE: Final = re.compile(r"(?<![\w+])\+[1-9](?:[ ().\-]{0,2}[0-9]){7,14}(?![0-9])", re.ASCII)
_CPF: Final = re.compile(r"(?<![\w.])[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}(?![0-9])")
_TAX_NUMBER: Final = re.compile(r"-[0-9]{2}(?![0-9])")  # how both end: found ten times as fast
_CNPJ: Final = re.compile(
    r"(?<![\w.])[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}(?![0-9])", re.IGNORECASE | re.ASCII
)
_MAY_END_TAX_NUMBER: Final = re.compile(r"-(?:(?<=\.[0-9]{3}-)|(?<=/[0-9A-Za-z]{4}-))[0-9]{2}(?![0-9])")

# What has been found out about keys, by container: a shop's events have a few dozen.
_JUDGED: Final[dict[str, dict[str, bool]]] = {}
_NONE_JUDGED: Final[Mapping[str, bool]] = {}
_LONGEST_NAME: Final = 40
_MOST_CONTAINERS: Final = 256
_MOST_KEYS: Final = 1024
# Which keys together are all open at the top level, by what it describes: a shop's events have a few dozen such forms.
_OPEN: Final[set[tuple[str, tuple[str, ...]]]] = set()
_MOST_FORMS: Final = 1024
_LONGEST_FORM: Final = 32


def is_plainly_open(properties: Mapping[str, Any], text: str, *, about: str = "") -> bool:
    """A glance at flat properties with well-known keys, given as JSON too: True where nothing in them is personal.

    False says nothing: `split_personal` finds out, and remembers the keys. What holds no mark of an address or a number
    as a whole has no value that does.
    """
    return (
        (about, tuple(properties)) in _OPEN
        and not ("@" in text or "+" in text or "%" in text or "[" in text or text.count("{") > 1)
        and _MAY_END_TAX_NUMBER.search(text) is None
    )


def split_personal(properties: Mapping[str, Any], *, about: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """(open, personal): the properties without their personal values, and those values by RFC 6901 pointer.

    `about` is what the top level describes, the noun of the event type: in `product.viewed` a `name` is a product's.

    A personal member leaves its object; a personal element of a list leaves null, so that the others keep their
    place. A personal key takes its whole subtree. The input is not changed; the two share its untouched leaves."""
    personal: dict[str, Any] = {}
    kept = _split_object(properties, about, "", personal)
    if not personal and len(properties) <= _LONGEST_FORM:
        known = _JUDGED.get(about) or _NONE_JUDGED
        if all(known.get(key) is False for key in properties):
            if len(_OPEN) >= _MOST_FORMS:
                _OPEN.clear()
            _OPEN.add((about, tuple(properties)))
    return kept, personal


def join_personal(open_part: Mapping[str, Any], personal: Mapping[str, Any]) -> dict[str, Any]:
    """The properties again, equal to what `split_personal` was given; neither argument is changed."""
    joined: dict[str, Any] = _copy(open_part)
    for pointer, value in personal.items():
        *path, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        place: Any = joined
        for part in path:
            place = place[int(part)] if isinstance(place, list) else place[part]
        if isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value
    return joined


def is_personal_key(key: str, container: str = "") -> bool:
    """Is a member of this name personal, given the key of the nearest enclosing object or list ("" at the top)?"""
    verdict = _judge_key(key, container)
    # A key that is no identifier may be data (a person's name, an address): looked at, and not remembered.
    if not (key.isidentifier() and len(key) <= _LONGEST_NAME and len(container) <= _LONGEST_NAME):
        return verdict or is_personal_text(key)
    if len(_JUDGED) >= _MOST_CONTAINERS or len(known := _JUDGED.setdefault(container, {})) >= _MOST_KEYS:
        _JUDGED.clear()
        known = _JUDGED.setdefault(container, {})
    known[key] = verdict
    return verdict


def is_personal_text(value: str) -> bool:
    """Does it hold an e-mail address, a telephone number with +, or a punctuated valid CPF or CNPJ, also escaped as
    in a URL (twice at most)?"""
    if "%" in value:
        once = unquote_plus(value)
        if once != value and (_holds_personal(once) or ("%" in once and _holds_personal(unquote_plus(once)))):
            return True
    return _holds_personal(value)


def _split_object(source: Mapping[str, Any], container: str, path: str, personal: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    judged = _JUDGED.get(container) or _NONE_JUDGED
    for key, value in source.items():
        verdict = judged.get(key)
        if verdict or (verdict is None and is_personal_key(key, container)):
            personal[f"{path}/{_escape(key)}"] = value
        elif isinstance(value, str):
            if _may_hold_personal(value) and is_personal_text(value):
                personal[f"{path}/{_escape(key)}"] = value
            else:
                kept[key] = value
        elif isinstance(value, dict):
            kept[key] = _split_object(value, key, f"{path}/{_escape(key)}", personal)
        elif isinstance(value, list):
            kept[key] = _split_list(value, key, f"{path}/{_escape(key)}", personal)
        else:
            kept[key] = value
    return kept


def _split_list(source: list[Any], container: str, path: str, personal: dict[str, Any]) -> list[Any]:
    kept: list[Any] = []
    for index, value in enumerate(source):
        if isinstance(value, str) and _may_hold_personal(value) and is_personal_text(value):
            personal[f"{path}/{index}"] = value
            kept.append(None)
        elif isinstance(value, dict):
            kept.append(_split_object(value, container, f"{path}/{index}", personal))
        elif isinstance(value, list):
            kept.append(_split_list(value, container, f"{path}/{index}", personal))
        else:
            kept.append(value)
    return kept


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _may_hold_personal(value: str) -> bool:
    # `in` costs a fiftieth of a search and is false for nearly every value
    return "@" in value or "+" in value or "%" in value or ("-" in value and "." in value)


def _holds_personal(value: str) -> bool:
    return (
        ("@" in value and _EMAIL.search(value) is not None)
        or ("+" in value and _PHONE.search(value) is not None)
        or ("-" in value and "." in value and _TAX_NUMBER.search(value) is not None and _holds_tax_number(value))
    )


def _holds_tax_number(value: str) -> bool:
    return any(cpf.is_valid(match[0]) for match in _CPF.finditer(value)) or any(
        cnpj.is_valid(match[0]) for match in _CNPJ.finditer(value)
    )


def _judge_key(key: str, container: str) -> bool:
    words = _words(key)
    joined = "".join(words)
    if joined in _NAMING:
        return not _is_thing(container)
    if joined in PERSONAL_KEYS or _ADDRESS_LINE.fullmatch(key):
        return True
    if not words:
        return False
    if _NAMING.intersection(words) or joined.endswith(("name", "description")):
        return _names_a_person(words, joined)
    if not _NUMBERS.isdisjoint(words):
        return words[-1] not in ("type", "kind")
    if words[-1] in NEUTRAL:
        return False
    return _has_personal_word(words) or _RUN_TOGETHER.search(joined) is not None


def _names_a_person(words: list[str], joined: str) -> bool:
    if PEOPLE.intersection(words) or _RUN_TOGETHER.search(joined):
        return True
    if THINGS.intersection(words):
        return False
    # productname, filename: a thing and a name run together
    return not any(joined == f"{thing}{naming}" for naming in ("name", "description") for thing in THINGS)


def _has_personal_word(words: list[str]) -> bool:
    ends = ("".join(words[-n:]) for n in (1, 2, 3))
    starts = ("".join(words[:n]) for n in (1, 2, 3))
    return not PERSONAL_KEYS.isdisjoint(ends) or not _LEADING.isdisjoint(starts)


def _is_thing(container: str) -> bool:
    words = _words(container)
    if PEOPLE.intersection(words):
        return False
    return "".join(words) in _ENCLOSING_THINGS or bool(words and words[-1] in _ENCLOSING_THINGS)


def _words(key: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", key)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word.lower() for part in _SEPARATOR.split(plain) for word in _WORD.findall(part)]
    # address1 and address_line_2 are addresses too; a key of digits only stays as it is
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    return words
