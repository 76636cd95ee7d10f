"""Products: what is sold."""

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Many, Metadata, Text, Truth, Unsettable, merged
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, page
from sandboxes.stripe.operations import route
from sandboxes.stripe.prices import PriceData, new_price


class Feature(Hash):
    """One line of what a product has to offer."""

    name: Text


class Changes(Form):
    """What can be said of a product at any time."""

    not_emulated = words("package_dimensions tax_details")
    active: Truth = True
    description: Unsettable = None
    images: Many[Text] = []
    marketing_features: Many[Feature] = []
    metadata: Metadata = {}
    shippable: Truth | None = None
    statement_descriptor: Text | None = None
    tax_code: Unsettable = None
    unit_label: Unsettable = None
    url: Unsettable = None


class Creation(Changes):
    """A new product; its id may be chosen."""

    not_emulated = words("package_dimensions tax_details type")
    name: Text
    id: Text | None = None
    default_price_data: PriceData | None = None


class Update(Changes):
    """A change of a product."""

    name: Text | None = None
    default_price: Unsettable = None


class Listing(Created):
    """Which products."""

    not_emulated = words("shippable type url")
    active: Truth | None = None
    ids: Many[Text] = []


def new_product(ledger: Ledger, form: Creation, id_: str) -> Document:
    """A product in Stripe's shape."""
    return {
        "id": id_,
        "object": "product",
        "created": ledger.now,
        "default_price": None,
        "livemode": False,
        "package_dimensions": None,
        "type": "service",
        "updated": ledger.now,
        **form.model_dump(exclude={"expand", "id", "default_price_data"}),
        "metadata": merged({}, form.metadata),
    }


async def create(ledger: Ledger, form: Creation) -> Document:
    """A product, and the price that comes with it."""
    id_ = form.id or new_id("prod", 14)
    if await ledger.look_up("product", id_):
        sentence = "Product already exists."
        raise StripeError(sentence, param="id", code="resource_already_exists")
    product = new_product(ledger, form, id_)
    if form.default_price_data:
        price = new_price(ledger, id_, form.default_price_data)
        product["default_price"] = price["id"]
        await ledger.keep(product, "product.created")
        await ledger.keep(price, "price.created")
        return product
    return await ledger.keep(product, "product.created")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The product."""
    return await ledger.get("product", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The product, changed."""
    product, changes = await ledger.get("product", id_), form.given()
    if form.default_price:
        await ledger.get("price", form.default_price, "default_price")
    if "metadata" in changes:
        changes["metadata"] = merged(product["metadata"], form.metadata)
    if product | changes == product:
        return product
    return await ledger.change(product, changes | {"updated": ledger.now}, "product.updated")


async def delete(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The product, gone; one that has prices can only be archived."""
    product = await ledger.get("product", id_)
    if await ledger.find("price", 1, product=id_):
        raise StripeError(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    return await ledger.forget(product, "product.deleted")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of products."""
    return await page(
        ledger,
        *("product", "/v1/products", form),
        like={"active": form.active},
        fits=lambda product: not form.ids or product["id"] in form.ids,
    )


ROUTES = (
    route("PostProducts", "/v1/products", Creation, create),
    route("GetProducts", "/v1/products", Listing, listed),
    route("GetProductsId", "/v1/products/{id}", Form, retrieve),
    route("PostProductsId", "/v1/products/{id}", Update, update),
    route("DeleteProductsId", "/v1/products/{id}", Form, delete),
)
