//! Instance ids that end in a counter: ids of one launch are consecutive, so that a run of them is stored as its first
//! id and a count.

use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::InstanceId;

/// The digits in which the part of an id after its prefix is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// 17 hex digits, as `RunInstances` makes them.
    Hex17,
    /// 20 of `[0-9a-z]`, in all other ids.
    Base36,
}

/// An instance id, split into its constant head and its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedId<'a> {
    alphabet: Alphabet,
    head: &'a str,
    counter: u64,
}

/// Ids of one series that differ only in their last four digits are neighbours in every index, so that a launch of a
/// thousand instances touches few pages however large the world is.
const COUNTER_DIGITS: u32 = 4;

impl<'a> CountedId<'a> {
    /// `None` if the text is not an instance id.
    #[must_use]
    pub fn parse(id: &'a InstanceId) -> Option<Self> {
        let id = id.as_str();
        let digits = id.strip_prefix(InstanceId::PREFIX)?.len();
        let alphabet = [Alphabet::Hex17, Alphabet::Base36].into_iter().find(|alphabet| alphabet.digits() == digits)?;
        let (head, tail) = id.split_at_checked(id.len() - COUNTER_DIGITS as usize)?;
        let counter = tail.chars().try_fold(0, |number, digit| {
            let value = digit.to_digit(alphabet.radix()).filter(|_| !digit.is_ascii_uppercase())?;
            Some(number * u64::from(alphabet.radix()) + u64::from(value))
        })?;
        Some(Self { alphabet, head, counter })
    }

    /// The id that is `count` after this one; `None` if the counter would overflow.
    #[must_use]
    pub fn plus(self, count: u32) -> Option<InstanceId> {
        let counter = self.counter + u64::from(count);
        (counter < self.alphabet.block_size()).then(|| self.alphabet.instance_id(self.head, counter))
    }

    /// Whether this id is `count` after the other.
    #[must_use]
    pub fn is_after(self, other: Self, count: u32) -> bool {
        (self.alphabet, self.head) == (other.alphabet, other.head) && self.counter == other.counter + u64::from(count)
    }
}

impl Alphabet {
    const fn radix(self) -> u32 {
        match self {
            Self::Hex17 => 16,
            Self::Base36 => 36,
        }
    }

    /// Digits of an id after its prefix.
    const fn digits(self) -> usize {
        match self {
            Self::Hex17 => 17,
            Self::Base36 => 20,
        }
    }

    /// The number of instance ids that differ only in their counter.
    #[must_use]
    pub fn block_size(self) -> u64 {
        u64::from(self.radix().pow(COUNTER_DIGITS))
    }

    /// The part after the prefix of an id without a counter.
    #[must_use]
    pub fn id_part(self, digest: &[u8; 32]) -> String {
        self.write(digest, self.digits())
    }

    /// The constant head of an instance id: all that stands before its counter.
    #[must_use]
    pub fn instance_id_head(self, digest: &[u8; 32]) -> String {
        format!("{}{}", InstanceId::PREFIX, self.write(digest, self.digits() - COUNTER_DIGITS as usize))
    }

    /// The instance id with this head and this counter, which must be below [`Self::block_size`].
    #[must_use]
    pub fn instance_id(self, head: &str, counter: u64) -> InstanceId {
        let radix = u64::from(self.radix());
        let mut id = String::with_capacity(head.len() + COUNTER_DIGITS as usize);
        id.push_str(head);
        id.extend((0..COUNTER_DIGITS).rev().map(|place| digit(counter / radix.pow(place) % radix)));
        InstanceId::new(id)
    }

    /// The first 128 bits of a digest as a number in this alphabet, cut to its last digits.
    fn write(self, digest: &[u8; 32], digits: usize) -> String {
        let (bytes, _) = digest.split_at(16);
        let mut number = bytes.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        let mut text = vec!['0'; digits];
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

/// Ids as a document of their own, written like [`write_ids`] does.
#[derive(Clone, Copy, Debug)]
pub struct WrittenIds<I>(pub I);

impl<'a, I: Iterator<Item = &'a InstanceId> + Clone> Serialize for WrittenIds<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(runs(self.0.clone()))
    }
}

/// What [`WrittenIds`] wrote.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct ReadIds(#[serde(deserialize_with = "read_ids")] pub Vec<InstanceId>);

/// Writes each run of consecutive ids as its first id and its length: `[["i-…0000", 500]]`.
///
/// # Errors
///
/// The errors of the serializer.
pub fn write_ids<S: Serializer>(ids: &[InstanceId], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(runs(ids.iter()))
}

/// Each run of consecutive ids as its first id and its length.
fn runs<'a>(ids: impl Iterator<Item = &'a InstanceId>) -> Vec<(&'a InstanceId, u32)> {
    let mut runs = Vec::new();
    let mut current: Option<CountedId> = None;
    for id in ids {
        let counted = CountedId::parse(id);
        match (runs.last_mut(), current, counted) {
            (Some((_, length)), Some(first), Some(next)) if next.is_after(first, *length) => *length += 1,
            _ => {
                runs.push((id, 1));
                current = counted;
            }
        }
    }
    runs
}

/// Reads ids that [`write_ids`] wrote.
///
/// # Errors
///
/// If the value has another form.
pub fn read_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<InstanceId>, D::Error> {
    let mut ids = Vec::new();
    for (first, count) in Vec::<(InstanceId, u32)>::deserialize(deserializer)? {
        let run = CountedId::parse(&first);
        let more = (1..count).map(|place| run.and_then(|first| first.plus(place)));
        let more = more.collect::<Option<Vec<_>>>();
        let more =
            more.ok_or_else(|| de::Error::custom(format!("there are no {count} consecutive ids from `{first}`")));
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
    fn consecutive_ids_are_written_once() {
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
