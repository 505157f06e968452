//! Where in a configuration something is.

use std::fmt;

/// Steps from the root of a resource, data source or provider block to an attribute or element.
///
/// Elements of sets have no address: a path stops at the set.
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

impl Path {
    /// The path of a root attribute or block.
    #[must_use]
    pub fn root(attribute: impl Into<String>) -> Self {
        Self::default().attribute(attribute)
    }

    #[must_use]
    pub fn attribute(self, name: impl Into<String>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// An index beyond what the wire can say is held at its end.
    #[must_use]
    pub fn index(self, index: usize) -> Self {
        self.step(Step::index(index))
    }

    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// The same path, seen from one level further out.
    #[must_use]
    pub fn under(mut self, step: Step) -> Self {
        self.0.insert(0, step);
        self
    }

    /// Another path, continued from the end of this one.
    #[must_use]
    pub fn join(mut self, rest: Self) -> Self {
        self.0.extend(rest.0);
        self
    }

    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// True for the path that means the whole block.
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

/// As in an expression of the language: `launch_template_config[0].max_price`, `tags["owner"]`.
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
    fn paths_read_like_expressions() {
        let path = Path::root("launch_template_config").index(0).attribute("max_price");
        assert_eq!(path.to_string(), "launch_template_config[0].max_price");
        assert_eq!(Path::root("tags").key("a b").to_string(), "tags[\"a b\"]");
        assert_eq!(Path::default().to_string(), "");
    }

    #[test]
    fn a_path_grows_at_both_ends() {
        let inner = Path::root("max_price").under(Step::Index(2)).under(Step::Attribute("config".into()));
        assert_eq!(inner, Path::root("config").index(2).attribute("max_price"));
        assert_eq!(Path::root("config").join(Path::default().index(2).attribute("max_price")), inner);
    }
}
