//! Ids of instances, whose last places are counted: ids of one launch follow each other, and many are written as few.

use serde::de::{self, Deserialize as _, Deserializer};
use serde::ser::{SerializeSeq as _, Serializer};

use super::InstanceId;

/// How the last part of an id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// 17 hex digits: what `RunInstances` makes.
    Hex17,
    /// 20 of `[0-9a-z]`: everything else.
    Base36,
}

/// An id of an instance, as what does not change and what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedId<'a> {
    alphabet: Alphabet,
    head: &'a str,
    number: u64,
}

const PREFIX: &str = "i-";

/// Ids of one series that differ in their last four places alone lie side by side in every index, so that a launch of
/// a thousand touches few pages however large the world is.
const COUNTED_PLACES: u32 = 4;

impl<'a> CountedId<'a> {
    /// `None` if it is no id of an instance.
    #[must_use]
    pub fn of(id: &'a InstanceId) -> Option<Self> {
        let id = id.as_str();
        let places = id.strip_prefix(PREFIX)?.len();
        let alphabet = [Alphabet::Hex17, Alphabet::Base36].into_iter().find(|alphabet| alphabet.places() == places)?;
        let (head, tail) = id.split_at_checked(id.len() - COUNTED_PLACES as usize)?;
        let is_written_so = tail.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        let number = u64::from_str_radix(tail, alphabet.radix()).ok().filter(|_| is_written_so)?;
        Some(Self { alphabet, head, number })
    }

    /// The id so many after this one; `None` where counting would begin anew.
    #[must_use]
    pub fn plus(self, count: u32) -> Option<InstanceId> {
        let number = self.number + u64::from(count);
        (number < self.alphabet.block_size()).then(|| self.alphabet.instance_id(self.head, number))
    }

    /// Whether it is the one so many after another.
    #[must_use]
    pub fn is_after(self, other: Self, count: u32) -> bool {
        (self.alphabet, self.head) == (other.alphabet, other.head) && self.number == other.number + u64::from(count)
    }
}

impl Alphabet {
    const fn radix(self) -> u32 {
        match self {
            Self::Hex17 => 16,
            Self::Base36 => 36,
        }
    }

    /// How many an id has after its prefix.
    const fn places(self) -> usize {
        match self {
            Self::Hex17 => 17,
            Self::Base36 => 20,
        }
    }

    /// How many ids of instances differ in the counted places alone.
    #[must_use]
    pub fn block_size(self) -> u64 {
        u64::from(self.radix().pow(COUNTED_PLACES))
    }

    /// The last part of an id of which nothing is counted.
    #[must_use]
    pub fn text(self, digest: &[u8; 32]) -> String {
        self.digits(digest, self.places())
    }

    /// What comes before the counted places of an instance's id.
    #[must_use]
    pub fn head(self, digest: &[u8; 32]) -> String {
        format!("{PREFIX}{}", self.digits(digest, self.places() - COUNTED_PLACES as usize))
    }

    /// The id of an instance with this head, and this number below the size of a block.
    #[must_use]
    pub fn instance_id(self, head: &str, number: u64) -> InstanceId {
        let radix = u64::from(self.radix());
        let mut id = String::with_capacity(head.len() + COUNTED_PLACES as usize);
        id.push_str(head);
        id.extend((0..COUNTED_PLACES).rev().map(|place| digit(number / radix.pow(place) % radix)));
        InstanceId::new(id)
    }

    fn digits(self, digest: &[u8; 32], places: usize) -> String {
        let (bytes, _) = digest.split_at(16);
        let mut number = bytes.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        let mut text = vec!['0'; places];
        for place in text.iter_mut().rev() {
            *place = digit(u64::try_from(number % u128::from(self.radix())).unwrap_or(0));
            number /= u128::from(self.radix());
        }
        text.into_iter().collect()
    }
}

fn digit(number: u64) -> char {
    u32::try_from(number).ok().and_then(|number| char::from_digit(number, 36)).unwrap_or('0')
}

/// Writes ids as the first of those that follow each other, and how many there are: `[["i-…0000", 500]]`.
///
/// # Errors
///
/// Those of the serializer.
pub fn write_ids<S: Serializer>(ids: &[InstanceId], serializer: S) -> Result<S::Ok, S::Error> {
    let runs = ids.chunk_by(|one, next| match (CountedId::of(one), CountedId::of(next)) {
        (Some(one), Some(next)) => next.is_after(one, 1),
        _ => false,
    });
    let mut sequence = serializer.serialize_seq(None)?;
    for run in runs {
        sequence.serialize_element(&(&run[0], run.len()))?;
    }
    sequence.end()
}

/// Reads what [`write_ids`] wrote.
///
/// # Errors
///
/// If it is something else.
pub fn read_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<InstanceId>, D::Error> {
    let mut ids = Vec::new();
    for (first, count) in Vec::<(InstanceId, u32)>::deserialize(deserializer)? {
        let following = CountedId::of(&first);
        let more = (1..count).map(|place| following.and_then(|first| first.plus(place)));
        let more = more.collect::<Option<Vec<_>>>();
        let more = more.ok_or_else(|| de::Error::custom(format!("no {count} ids follow each other from `{first}` on")));
        ids.push(first.clone());
        ids.extend(more?);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct InstanceIds(#[serde(serialize_with = "write_ids", deserialize_with = "read_ids")] Vec<InstanceId>);

    #[test]
    fn ids_that_follow_each_other_are_written_once() {
        let ids = [
            "i-bp1234567890abcdzzzy",
            "i-bp1234567890abcdzzzz",
            "i-bp1234567890abcd0000",
            "i-0123456789abcdeff",
            "i-x",
        ];
        let ids = InstanceIds(ids.map(InstanceId::from).to_vec());
        let text = serde_json::to_string(&ids).unwrap();
        let expected =
            r#"[["i-bp1234567890abcdzzzy",2],["i-bp1234567890abcd0000",1],["i-0123456789abcdeff",1],["i-x",1]]"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<InstanceIds>(&text).unwrap().0, ids.0);
        assert!(serde_json::from_str::<InstanceIds>(r#"[["i-x",2]]"#).is_err());
    }
}
