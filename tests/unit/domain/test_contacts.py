"""E-mail addresses, telephone numbers and documents: one person's spellings have one key, two persons' never."""

import pytest

from app.domain import normalize
from app.errors import Invalid

AT = "/emails/0/value"


def email_key(value: str) -> str:
    return normalize.email(value, pointer=AT).key


def phone_key(value: str, country: str | None = None) -> str:
    return normalize.phone(value, pointer=AT, country=country).key


def document_key(kind: str, value: str) -> str:
    return normalize.document(kind, value, pointer="/document").key


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (["maria@example.com", " Maria@Example.COM\n", "\u200bMARIA@example.com\ufeff"], "maria@example.com"),
        (["josé@exämple.com", "JOSE\u0301@XN--EXMPLE-CUA.com", "Jos\u00c9@EXÄMPLE.COM"], "josé@xn--exmple-cua.com"),
        (["\uff4daria@example.com"], "maria@example.com"),
        (["a@faß.de"], "a@xn--fa-hia.de"),
        (["maria+shop@example.com"], "maria+shop@example.com"),
        (["m.a.r.i.a@gmail.com"], "m.a.r.i.a@gmail.com"),
        (["8123@guest.example.invalid"], "8123@guest.example.invalid"),
        (["o'brien@sub.example.co.uk"], "o'brien@sub.example.co.uk"),
        (["用户@例え.jp"], "用户@xn--r8jz45g.jp"),
    ],
)
def test_spellings_of_one_address_have_one_key(spellings: list[str], key: str) -> None:
    assert {email_key(spelling) for spelling in spellings} == {key}


def test_an_address_is_stored_as_it_was_typed() -> None:
    assert normalize.email(" Maria.Silva+x@Example.com ", pointer=AT).value == "Maria.Silva+x@Example.com"
    assert normalize.email("Jose\u0301@exämple.com", pointer=AT).value == "José@exämple.com"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "maria",
        "maria@",
        "@example.com",
        "maria@localhost",
        "a@1.2.3.4",
        "a@[1.2.3.4]",
        '"a b"@example.com',
        "a b@x.com",
        "Maria <maria@example.com>",
        "mailto:maria@example.com ",
        "a@b@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a@-x.com",
        "a@x-.com",
        "a@ex_ample.com",
        "a@☃.com",
        "maria\uff20example.com",
        "a@example.com, b@example.com",
        "a\x00@example.com",
        "\ud800@example.com",
        "a@\ud800.com",
        "x" * 65 + "@example.com",
        "a@" + "b." * 130 + "com",
        "a@xn--a.com",
        "é" * 33 + "@example.com",
        "maria%40example.com",
    ],
)
def test_what_is_no_single_address_is_refused(value: str) -> None:
    with pytest.raises(Invalid) as caught:
        normalize.email(value, pointer=AT)
    assert caught.value.errors[0].code == "invalid_email"
    assert caught.value.errors[0].pointer == AT


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (
            [
                ("+5511987654321", None),
                ("+55 (11) 98765-4321", None),
                ("011 98765 4321", "BR"),
                ("5511987654321", "BR"),
                ("+55 11 8765-4321", None),
                ("+55 011 98765-4321", None),
                ("0 15 11 98765-4321", "BR"),
                ("+٥٥١١٩٨٧٦٥٤٣٢١", None),
                ("\uff0b5511987654321", None),
            ],
            "+5511987654321",
        ),
        ([("556196842267", "BR"), ("+55 61 99684-2267", None), ("+55 61 9684 2267", None)], "+5561996842267"),
        ([("+551133593019", None), ("(11) 3359-3019", "BR")], "+551133593019"),
        ([("+551176543210", None)], "+551176543210"),
        (
            [
                ("+54 9 11 2345-6789", None),
                ("+54 11 15 2345-6789", None),
                ("011 15-2345-6789", "AR"),
                ("11 15 2345 6789", "AR"),
                ("+54 9 11 15 2345-6789", None),
                ("9 11 2345 6789", "AR"),
            ],
            "+5491123456789",
        ),
        ([("+54 9 2954 15 123456", None), ("02954 15-123456", "AR"), ("+54 9 2954 123456", None)], "+5492954123456"),
        ([("+54 11 2345-6789", None), ("011 2345-6789", "AR")], "+541123456789"),
        (
            [
                ("+52 1 55 1234 5678", None),
                ("+52 55 1234 5678", None),
                ("044 55 1234 5678", "MX"),
                ("01 55 1234 5678", "MX"),
                ("521 55 1234 5678", "MX"),
                ("55 1234 5678", "MX"),
            ],
            "+525512345678",
        ),
        ([("+34 612 34 56 78", None), ("0034 612345678", "ES"), ("612.345.678", "ES")], "+34612345678"),
        ([("+39 06 698 12345", None)], "+390669812345"),
        ([("(512) 555-1111", "US"), ("+1 512 555 1111", "BR")], "+15125551111"),
    ],
)
def test_spellings_of_one_line_have_one_key(spellings: list[tuple[str, str | None]], key: str) -> None:
    assert {phone_key(*spelling) for spelling in spellings} == {key}
    assert normalize.phone(key, pointer=AT, country=None).value == key


def test_a_number_outside_the_plan_is_taken_and_marked() -> None:
    assert not normalize.phone("+15551234567", pointer=AT, country=None).in_plan
    assert not normalize.phone("+56912345678", pointer=AT, country=None).in_plan
    assert normalize.phone("+5511987654321", pointer=AT, country=None).in_plan


@pytest.mark.parametrize(
    ("value", "country", "code"),
    [
        ("11987654321", None, "phone_country_unknown"),
        ("+999123456789", None, "phone_country_unknown"),
        ("98765-4321", "BR", "invalid_phone"),
        ("15 2345-6789", "AR", "invalid_phone"),
        ("+5511", None, "invalid_phone"),
        ("", "BR", "invalid_phone"),
        ("-", "BR", "invalid_phone"),
        ("call me", "BR", "invalid_phone"),
        ("1-800-FLOWERS", "US", "invalid_phone"),
        ("+1 212 555 1234 ext. 12", None, "phone_extension"),
        ("+1 212 555 1234 x12", None, "phone_extension"),
        ("(11) 3359-3019 ramal 22", "BR", "phone_extension"),
        ("11 98765-4321 / 11 91234-5678", "BR", "invalid_phone"),
        ("+55119876543210000000000", None, "invalid_phone"),
    ],
)
def test_an_incomplete_number_or_an_extension_is_refused(value: str, country: str | None, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        normalize.phone(value, pointer=AT, country=country)
    assert caught.value.errors[0].code == code


@pytest.mark.parametrize(
    ("kind", "spellings", "value"),
    [
        ("cpf", ["529.982.247-25", "52998224725", " 529 982 247/25"], "52998224725"),
        ("cnpj", ["16.727.230/0001-97", "16727230000197"], "16727230000197"),
        ("cnpj", ["12.ABC.345/01DE-35", "12abc34501de35"], "12ABC34501DE35"),
        ("dni", ["12345678Z", "12.345.678-z"], "12345678Z"),
        ("dni", ["1234567L", "01234567-L"], "01234567L"),
        ("dni", ["20.123.456", "20123456"], "20123456"),
        ("nie", ["X-1234567-L", "x1234567l", "X01234567L"], "X1234567L"),
        ("nif", ["B64717838", "ESB64717838", "b-64.717.838"], "B64717838"),
        ("cuit", ["20-26756539-3", "20267565393"], "20267565393"),
        ("rfc", ["GODE 561231 GR8", "gode561231gr8"], "GODE561231GR8"),
        ("rfc", ["MAB-930714-8T4"], "MAB9307148T4"),
        ("rut", ["12.531.909-2", "125319092", "012531909-2"], "125319092"),
        ("nif_pt", ["501 442 600", "501442600"], "501442600"),
    ],
)
def test_spellings_of_one_document_have_one_value_and_key(kind: str, spellings: list[str], value: str) -> None:
    documents = {normalize.document(kind, spelling, pointer="/document") for spelling in spellings}
    assert {document.value for document in documents} == {value}
    assert len({document.key for document in documents}) == 1


def test_a_spaniard_has_one_key_as_dni_and_as_nif() -> None:
    assert document_key("dni", "12345678Z") == document_key("NIF", "12345678Z")
    assert document_key("nie", "X1234567L") == document_key("nif", "X1234567L")


def test_equal_digits_of_two_registers_have_two_keys() -> None:
    assert document_key("cpf", "20000000299") != document_key("cuit", "20000000299")
    assert document_key("cpf", "52998224725") == "CPF:52998224725"
    assert document_key("dni", "01234567") == document_key("dni", "1234567")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[
            ("cpf", v)
            for v in ("529.982.247-26", "5299822472", "", "٥٢٩٩٨٢٢٤٧٢٦", "529=982=247=25", "\ud800", "00000000000")
        ],
        *[("cnpj", v) for v in ("16.727.230/0001-98", "16727230000197x")],
        *[("dni", v) for v in ("12345678A", "123456", "123456789")],
        *[("nie", v) for v in ("X1234567A", "A1234567L")],
        *[("rfc", v) for v in ("GODE561231", "GODE561331GR8")],
        *[("rut", v) for v in ("12531909-3", "K")],
        ("cuit", "20267565394"),
        ("nif_pt", "501442601"),
    ],
)
def test_wrong_check_digits_are_refused(kind: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        document_key(kind, value)
    assert caught.value.errors[0].code == "invalid_document"
    assert caught.value.errors[0].pointer == "/document/value"


@pytest.mark.parametrize("kind", ["", "passport", None, 3])
def test_an_unknown_type_of_document_is_refused_with_the_list(kind: object) -> None:
    with pytest.raises(Invalid) as caught:
        normalize.document(kind, "52998224725", pointer="/document")
    assert caught.value.errors[0].pointer == "/document/type"
