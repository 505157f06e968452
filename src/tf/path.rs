//! Paths of attributes in a configuration or state.

use std::fmt;

/// The steps from the root of a resource, data source or provider block to an attribute or element.
///
/// Elements of sets have no path of their own; the path of the set stands for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Attribute(String),
    /// An element of a list or tuple, or of a list of blocks.
    Index(i64),
    /// An element of a map.
    Key(String),
}

impl Path {
    /// The path of a root attribute or block.
    #[must_use]
    pub fn root(attribute: impl Into<String>) -> Self {
        Self::default().attribute(attribute)
    }

    #[must_use]
    pub fn attribute(self, name: impl Into<String>) -> Self {
        self.append(Step::Attribute(name.into()))
    }

    /// Appends a list index. An index that does not fit the protocol's 64-bit integer becomes the largest one.
    #[must_use]
    pub fn index(self, index: usize) -> Self {
        self.append(Step::index(index))
    }

    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        self.append(Step::Key(key.into()))
    }

    #[must_use]
    pub fn append(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// Prepends a step.
    #[must_use]
    pub fn prepend(mut self, step: Step) -> Self {
        self.0.insert(0, step);
        self
    }

    /// The path of another argument of the same block.
    #[must_use]
    pub fn sibling(&self, name: &str) -> Self {
        let block = self.0.split_last().map_or(&[][..], |(_, block)| block);
        Self(block.to_vec()).attribute(name)
    }

    /// Appends another path.
    #[must_use]
    pub fn join(mut self, rest: Self) -> Self {
        self.0.extend(rest.0);
        self
    }

    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether the path means the whole block.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Step {
    #[must_use]
    pub fn index(index: usize) -> Self {
        Self::Index(i64::try_from(index).unwrap_or(i64::MAX))
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

/// Writes the path as in an HCL expression: `launch_template_config[0].max_price`, `tags["owner"]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sibling_is_in_the_same_block() {
        let block = Path::root("launch_configuration").index(0);
        let path = block.clone().attribute("security_group_ids");
        assert_eq!(path.sibling("security_group_id"), block.attribute("security_group_id"));
        assert_eq!(Path::root("vswitch_ids").sibling("vswitch_id"), Path::root("vswitch_id"));
    }

    #[test]
    fn paths_read_like_expressions() {
        let path = Path::root("launch_template_config").index(0).attribute("max_price");
        assert_eq!(path.to_string(), "launch_template_config[0].max_price");
        assert_eq!(Path::root("tags").key("a b").to_string(), "tags[\"a b\"]");
        assert_eq!(Path::default().to_string(), "");
    }

    #[test]
    fn a_path_grows_at_both_ends() {
        let inner = Path::root("max_price").prepend(Step::Index(2)).prepend(Step::Attribute("config".into()));
        assert_eq!(inner, Path::root("config").index(2).attribute("max_price"));
        assert_eq!(Path::root("config").join(Path::default().index(2).attribute("max_price")), inner);
    }
}
