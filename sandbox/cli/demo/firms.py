"""The invented firms of the demonstration and what each applies with."""

from __future__ import annotations

from stdnum.iso7064 import mod_97_10

from sandbox.cli.demo.personas import FirmPersona, people_of

SECURITIES = ("uk-specified-investment", "us-digital-security")
COMMODITIES = ("uk-qualifying-cryptoasset", "us-digital-commodity")
STABLECOINS = ("uk-qualifying-stablecoin", "us-stablecoin")


def _lei(number: int) -> str:
    base = f"EXMP00DEMO{number:08d}"
    return base + mod_97_10.calc_check_digits(base)


def _firm(
    number: int,
    code: str,
    name: str,
    product: str,
    summary: str,
    activities: tuple[str, ...],
    classes: tuple[str, ...],
    names: tuple[str, str, str, str, str],
    country: str = "GB",
) -> FirmPersona:
    return FirmPersona(
        code=code,
        name=name,
        lei=_lei(number),
        country=country,
        address=f"{number} Invented Street, Exampletown",
        company_number=f"{90000000 + number}",
        product=product,
        summary=summary,
        activities=activities,
        asset_classes=classes,
        people=people_of(code, names),
    )


FIRMS: tuple[FirmPersona, ...] = (
    _firm(
        1, "harbourlight", "Harbourlight Markets Ltd", "Harbourlight Bond Venue",
        "A venue on which professional investors of both countries trade tokenised corporate bonds that settle the "
        "same day. One order book, two legal homes: each trade is booked in the customer's own jurisdiction.",
        ("trading-platform",), SECURITIES,
        ("Harriet Holm", "Hamish Hale", "Hester Hurst", "Hector Hay", "Hilda Hume"),
    ),
    _firm(
        2, "tessellate", "Tessellate Custody plc", "Tessellate Split-Key Custody",
        "Custody of tokenised securities in which no single person or machine holds a whole key. The test shows "
        "recovery after the loss of a site in either country.",
        ("custody",), SECURITIES,
        ("Theo Tarn", "Tilda Tern", "Tabitha Todd", "Terence Tully", "Tamsin Twigg"),
    ),
    _firm(
        3, "meridian", "Meridian Loop Ltd", "Meridian Fractional Notes",
        "Fractions of government and corporate notes for retail savers, with a buy-back at the end of each month.",
        ("trading-platform", "custody"), SECURITIES,
        ("Maud Merrow", "Miles Mossop", "Myra Marsh", "Milton Mead", "Minnie Moor"),
    ),
    _firm(
        4, "quillanchor", "Quill & Anchor Digital Ltd", "Anchor Commodity Desk",
        "Spot dealing in two digital commodities for small importers who hedge their invoices.",
        ("exchange-funds", "custody"), COMMODITIES,
        ("Quentin Quayle", "Quincy Quarles", "Queena Quist", "Quimby Quinney", "Questa Quilter"),
    ),
    _firm(
        5, "saltmarsh", "Saltmarsh Settlement Ltd", "Saltmarsh Atomic Settlement",
        "Delivery against payment of tokenised securities in one step, across both central securities systems.",
        ("settlement",), SECURITIES,
        ("Selma Salter", "Sanford Sedge", "Sabina Shore", "Stellan Strand", "Sunniva Sands"),
    ),
    _firm(
        6, "copperfield", "Copperfield Tokens Ltd", "Copperfield Placement",
        "Primary placement of small tokenised share issues with eligible investors.",
        ("placing",), SECURITIES,
        ("Cora Copper", "Clement Croft", "Celia Cairn", "Cuthbert Crag", "Clover Cliff"),
    ),
    _firm(
        7, "northwind", "Northwind Ledger Inc", "Northwind Transfer Rail",
        "Transfers of tokenised fund units between custodians with the Travel Rule data attached.",
        ("transfer",), SECURITIES,
        ("Nora Nansen", "Nils Norrby", "Nadia Nyland", "Nestor Nilsen", "Neve Nord"), "US",
    ),
    _firm(
        8, "fernhollow", "Fernhollow Exchange Ltd", "Fernhollow Auction",
        "A weekly auction for illiquid tokenised assets. The firm has withdrawn to rework its plan.",
        ("trading-platform",), SECURITIES,
        ("Fern Farrow", "Fergus Fell", "Flora Firth", "Fabian Ford", "Freya Furlong"),
    ),
    _firm(
        9, "larkspur", "Larkspur Payments Ltd", "Larkspur Sterling Token",
        "A stablecoin in sterling for business payments, with custody for the holders in both countries.",
        ("stablecoin-issuance", "custody"), STABLECOINS,
        ("Lark Lovell", "Linus Lowry", "Lydia Lund", "Leander Leigh", "Lotte Lamb"),
    ),
    _firm(
        10, "ostrichfern", "Ostrich Fern Labs Ltd", "Fern Portfolio Robot",
        "Portfolio management of tokenised funds by rules that the customer can read.",
        ("portfolio-management",), SECURITIES,
        ("Orla Osier", "Osric Oakes", "Odette Orme", "Orson Otley", "Ottilie Ouse"),
    ),
    _firm(
        11, "pemberley", "Pemberley Vaults Ltd", "Pemberley Vault Notes",
        "Notes backed by vaulted assets, held in custody and transferable between members.",
        ("custody", "transfer"), SECURITIES,
        ("Petra Penn", "Piers Pell", "Portia Peck", "Pascal Pym", "Philippa Poole"),
    ),
    _firm(
        12, "kingfisher", "Kingfisher Clearing Ltd", "Kingfisher Margin Token",
        "Tokenised collateral that moves between clearing members outside banking hours.",
        ("custody",), SECURITIES,
        ("Kitty King", "Kaspar Kerr", "Kendra Knoll", "Killian Keel", "Kirsten Kemp"),
    ),
)  # fmt: skip
