"""What is done to declarations."""

from reservations.declarations.operations.drafting import (
    change_declaration,
    copy_declaration,
    draft_declaration,
    submit_declaration,
    withdraw_declaration,
)
from reservations.declarations.operations.filing import add_document, remove_document
from reservations.declarations.operations.judging import hold_declaration, recheck_declaration, release_declaration
from reservations.declarations.operations.ruling import put_rule, remove_rule

__all__ = [
    "add_document",
    "change_declaration",
    "copy_declaration",
    "draft_declaration",
    "hold_declaration",
    "put_rule",
    "recheck_declaration",
    "release_declaration",
    "remove_document",
    "remove_rule",
    "submit_declaration",
    "withdraw_declaration",
]
