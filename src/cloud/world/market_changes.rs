//! The changes of the market that a world keeps (W10).

use serde_json::{Value, json};

use super::{PoolCache, Result, WorldTx};
use crate::base::Time;
use crate::cloud::store::damaged;
use crate::market::{MarketChange, MarketRules};

/// Changes that were taken back and are kept, so that the prices of the past stay what they were.
const MAX_TAKEN_BACK: usize = 100;

impl WorldTx<'_> {
    /// Adds rules, which hold from now on and win over all earlier ones.
    pub(crate) fn add_market_change(&mut self, rules: MarketRules) -> Result<()> {
        let mut changes = self.market.changes().to_vec();
        changes.push(MarketChange { from: self.now, until: None, rules });
        self.keep_market_changes(changes)
    }

    /// Takes back what is in force: it holds no longer from now on.
    pub(crate) fn end_market_changes(&mut self) -> Result<()> {
        let mut changes = self.market.changes().to_vec();
        for change in &mut changes {
            change.until.get_or_insert(self.now);
        }
        changes.retain(|change| change.until != Some(change.from));
        changes.drain(..changes.len().saturating_sub(MAX_TAKEN_BACK));
        self.keep_market_changes(changes)
    }

    /// Forgets all changes, in the past too.
    pub(super) fn clear_market_changes(&mut self) -> Result<()> {
        self.keep_market_changes(Vec::new())
    }

    fn keep_market_changes(&mut self, changes: Vec<MarketChange>) -> Result<()> {
        self.tx.execute("UPDATE world SET market_changes = $1 WHERE id = 1", &[write(&changes).into()])?;
        self.market = self.market.clone().with_changes(changes);
        self.pools = PoolCache::default();
        Ok(())
    }
}

/// Reads the changes that a world keeps; an empty text means no changes.
pub(super) fn read(text: &str) -> Vec<MarketChange> {
    if text.is_empty() {
        return Vec::new();
    }
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let changes = json.as_array().map(|changes| changes.iter().map(read_change).collect::<Option<Vec<_>>>());
    changes.flatten().unwrap_or_else(|| damaged("its changes of the market do not read back"))
}

fn read_change(json: &Value) -> Option<MarketChange> {
    let time = |member: &str| {
        let time = Time::from_unix_seconds(json.get(member)?.as_i64()?);
        time.is_representable().then_some(time)
    };
    let rules = MarketRules::from_json(json.get("rules")?).ok()?;
    Some(MarketChange { from: time("from")?, until: time("until"), rules })
}

fn write(changes: &[MarketChange]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let write_change = |change: &MarketChange| {
        json!({
            "from": change.from.unix_seconds(),
            "until": change.until.map(Time::unix_seconds),
            "rules": change.rules.to_json(),
        })
    };
    changes.iter().map(write_change).collect::<Value>().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_read_back_and_none_is_an_empty_text() {
        assert_eq!((write(&[]), read("")), (String::new(), Vec::new()));
        let rules = MarketRules::from_json(&json!({ "stock": [{ "spot": 0 }] })).unwrap();
        let change = |until| MarketChange { from: Time::START, until, rules: rules.clone() };
        let changes = vec![change(Some(Time::from_unix_seconds(1_767_229_200))), change(None)];
        assert_eq!(read(&write(&changes)), changes);
    }
}
