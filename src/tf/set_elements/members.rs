//! The members of an object, which a block or a nested attribute declares.

use crate::tf::schema::{Attribute, AttributeKind, Block, NestedBlock, Nesting};
use crate::tf::types::Type;

#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) attributes: &'a [Attribute],
    blocks: &'a [NestedBlock],
}

impl<'a> Members<'a> {
    pub(super) fn of_block(block: &'a Block) -> Self {
        Self { attributes: &block.attributes, blocks: &block.blocks }
    }

    fn of_attributes(attributes: &'a [Attribute]) -> Self {
        Self { attributes, blocks: &[] }
    }

    /// What an attribute has inside, if it is a nested one.
    pub(super) fn inside(attribute: &'a Attribute) -> Option<(Nesting, Self)> {
        match &attribute.kind {
            AttributeKind::Nested(nesting, inner) => Some((*nesting, Self::of_attributes(inner))),
            AttributeKind::Plain(_) => None,
        }
    }

    pub(super) fn blocks(self) -> impl Iterator<Item = (&'a str, Nesting, Self)> {
        self.blocks.iter().map(|nested| (&*nested.name, nested.nesting, Self::of_block(&nested.block)))
    }

    /// The members that are objects or collections of objects.
    pub(super) fn nested(self) -> impl Iterator<Item = (&'a str, Nesting, Self)> {
        let attributes = self.attributes.iter().filter_map(|attribute| {
            let (nesting, inside) = Self::inside(attribute)?;
            Some((&*attribute.name, nesting, inside))
        });
        attributes.chain(self.blocks())
    }

    /// Whether a member is computed, at any depth.
    pub(super) fn any_computed(self) -> bool {
        self.attributes.iter().any(Attribute::is_computed) || self.nested().any(|(_, _, inside)| inside.any_computed())
    }

    pub(super) fn value_type(self) -> Type {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.value_type()));
        let blocks = self.blocks.iter().map(|nested| (nested.name.clone(), nested.value_type()));
        Type::object(attributes.chain(blocks))
    }
}
