//! Where in a configuration something is.

/// Steps from the root of a resource, data source or provider block to an attribute or element.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Attribute(String),
    /// An element of a list or tuple, or of a list of blocks.
    Index(i64),
    /// An element of a map.
    Key(String),
}
