//! Enumerations of the API: each has its names, its default and the explanation of its values in one declaration.

use std::fmt;

use super::nearest::{did_you_mean_sentence, nearest};

/// A closed set of values that the API spells as text; [`api_enum!`] implements it.
pub trait ApiEnum: Copy + Eq + 'static {
    /// All values, in the order in which texts list them.
    const ALL: &'static [Self];
    /// The names of [`Self::ALL`], in the same order.
    const NAMES: &'static [&'static str];
    /// What the values do, as a predicate that follows the name, in the order of [`Self::ALL`]; empty where the name
    /// says it.
    const EXPLANATIONS: &'static [&'static str];
    /// The value that counts where none is given; `None` if there is no such value.
    const DEFAULT: Option<Self>;

    /// The API's name of the value.
    fn api_name(self) -> &'static str;

    /// The value of that name, which must be spelled exactly.
    ///
    /// # Errors
    /// A text that is not one of the names, with the nearest name.
    fn parse(text: &str) -> Result<Self, UnknownName> {
        let found = Self::ALL.iter().copied().find(|value| value.api_name() == text);
        found.ok_or_else(|| UnknownName::new(text, Self::NAMES))
    }
}

/// A text that is not one of an enumeration's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    given: String,
    names: Vec<&'static str>,
}

impl UnknownName {
    /// The error of a text that is not one of `names`.
    #[must_use]
    pub fn new(given: &str, names: &[&'static str]) -> Self {
        Self { given: given.to_owned(), names: names.to_vec() }
    }

    /// The name that is most like the given text; `None` if there are no names at all.
    #[must_use]
    pub fn nearest(&self) -> Option<&'static str> {
        nearest(&self.given, self.names.iter().copied())
    }
}

impl fmt::Display for UnknownName {
    /// `"a", which is not one of "b", "c" and "d". Did you mean "b"?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, which is not one of {}.", self.given, quoted_list(&self.names))?;
        f.write_str(&did_you_mean_sentence(self.nearest()))
    }
}

impl std::error::Error for UnknownName {}

/// `"a", "b" and "c"`
#[must_use]
pub fn quoted_list<T: AsRef<str>>(texts: &[T]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("{:?}", text.as_ref())).collect();
    joined(&quoted, "and")
}

/// The names as markdown: `` `a`, `b` or `c` ``.
#[must_use]
pub fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    joined(&quoted, "or")
}

/// The names of an enumeration as markdown, each with its explanation where there is one.
#[must_use]
pub fn explained<E: ApiEnum>() -> String {
    if E::EXPLANATIONS.iter().all(|explanation| explanation.is_empty()) {
        return alternatives(E::NAMES);
    }
    let explained = E::NAMES.iter().zip(E::EXPLANATIONS).map(|(name, explanation)| format!("`{name}` {explanation}"));
    explained.collect::<Vec<_>>().join("; ")
}

fn joined(texts: &[String], conjunction: &str) -> String {
    match texts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {conjunction} {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// Declares an enumeration of the API.
///
/// Each value has the API's name after `=`, unless the variant has that name, and what it does after `=>`. `: default`
/// names the value that counts where none is given. Values are stored by the names of their variants, so those names must not change.
macro_rules! api_enum {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $Enum:ident $(: default $default:ident)? {
            $( $(#[$variant_attribute:meta])* $Variant:ident $(= $name:expr)? $(=> $explanation:expr)? ),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $visibility enum $Enum {
            $( $(#[$variant_attribute])* $Variant ),+
        }

        impl $Enum {
            /// The API's name.
            #[must_use]
            $visibility const fn name(self) -> &'static str {
                match self {
                    $( Self::$Variant => $crate::base::api_enum!(@name $Variant $($name)?) ),+
                }
            }
        }

        impl $crate::base::ApiEnum for $Enum {
            const ALL: &'static [Self] = &[$( Self::$Variant ),+];
            const NAMES: &'static [&'static str] = &[$( Self::$Variant.name() ),+];
            const EXPLANATIONS: &'static [&'static str] = &[$( $crate::base::api_enum!(@text $($explanation)?) ),+];
            const DEFAULT: Option<Self> = $crate::base::api_enum!(@default $($default)?);

            fn api_name(self) -> &'static str {
                self.name()
            }
        }

        $(
            impl Default for $Enum {
                fn default() -> Self {
                    Self::$default
                }
            }
        )?
    };
    (@name $Variant:ident) => { stringify!($Variant) };
    (@name $Variant:ident $name:expr) => { $name };
    (@text) => { "" };
    (@text $explanation:expr) => { $explanation };
    (@default) => { None };
    (@default $default:ident) => { Some(Self::$default) };
}
pub(crate) use api_enum;

#[cfg(test)]
mod tests {
    use super::*;

    api_enum! {
        enum Speed: default Walk {
            Walk = "walk" => "takes its time",
            Run = "run" => "does not",
        }
    }

    api_enum! {
        enum Side {
            Left = "left",
            Right = "right",
            Both = "both",
        }
    }

    #[test]
    fn names_read_back_and_nothing_else_does() {
        for side in Side::ALL {
            assert_eq!(Side::parse(side.name()), Ok(*side));
        }
        let unknown = Side::parse("rihgt").unwrap_err();
        assert_eq!(unknown.nearest(), Some("right"));
        assert_eq!(
            unknown.to_string(),
            r#""rihgt", which is not one of "left", "right" and "both". Did you mean "right"?"#
        );
        assert!(Side::parse("Left").is_err() && Side::parse("").is_err());
    }

    #[test]
    fn a_default_is_one_of_the_values() {
        assert_eq!((Speed::DEFAULT, Side::DEFAULT), (Some(Speed::Walk), None));
        assert_eq!(Speed::default().name(), "walk");
    }

    #[test]
    fn descriptions_list_the_names() {
        assert_eq!(explained::<Side>(), "`left`, `right` or `both`");
        assert_eq!(explained::<Speed>(), "`walk` takes its time; `run` does not");
        assert_eq!([alternatives(&["a"]), alternatives(&[])], ["`a`", ""]);
    }

    #[test]
    fn values_are_stored_by_their_variants() {
        assert_eq!(serde_json::to_string(&Speed::Walk).unwrap(), "\"Walk\"");
    }
}
