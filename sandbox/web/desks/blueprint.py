"""The blueprint of the desks column, apart so that its modules of views do not import each other."""

from flask import Blueprint

blueprint = Blueprint("desks", __name__)
