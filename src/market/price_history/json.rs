//! The JSON of the services' CLIs.

use serde_json::Value;

use super::values::{price, time};
use super::{PriceHistoryError, PriceHistoryReader, Values};
use crate::market::json_path::{element_path, member_path};
use crate::market::scenario_reader::ScenarioError;

/// The members of a row, in the words of one service.
struct Words {
    /// The members that lead to the list.
    list: &'static [&'static str],
    zone: &'static str,
}

const AWS: Words = Words { list: &["SpotPriceHistory"], zone: "AvailabilityZone" };
const ALIYUN: Words = Words { list: &["SpotPrices", "SpotPriceType"], zone: "ZoneId" };

impl PriceHistoryReader {
    /// Adds the rows of an answer of one of the services.
    pub(super) fn add_json(&mut self, name: &str, text: &str) -> Result<(), PriceHistoryError> {
        let json: Value =
            serde_json::from_str(text).map_err(|error| PriceHistoryError(format!("{name} is not JSON: {error}")))?;
        let mistake = |path: String, problem: String| {
            PriceHistoryError(ScenarioError { path, problem, help: None }.in_file(name, text))
        };
        let Some(words) = [AWS, ALIYUN].into_iter().find(|words| json.get(words.list[0]).is_some()) else {
            let problem = "there is neither `SpotPriceHistory` nor `SpotPrices`".to_owned();
            return Err(mistake(String::new(), problem));
        };
        let (mut list, mut path) = (&json, String::new());
        for member in words.list {
            path = member_path(&path, member);
            list = list.get(member).ok_or_else(|| mistake(path.clone(), format!("`{member}` is missing")))?;
        }
        let Some(rows) = list.as_array() else { return Err(mistake(path, "it is not a list".to_owned())) };
        for (index, row) in rows.iter().enumerate() {
            let at = element_path(&path, index);
            self.add_row(row, words.zone).map_err(|(member, problem)| {
                let path = if row.get(member).is_some() { member_path(&at, member) } else { at };
                mistake(path, problem)
            })?;
        }
        Ok(())
    }

    /// Adds a row of a service; an error names the member.
    fn add_row(&mut self, row: &Value, zone: &'static str) -> Result<(), (&'static str, String)> {
        let text = |member: &'static str| match row.get(member) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(other) => Err((member, format!("`{other}` is not a text"))),
            None => Err((member, format!("`{member}` is missing"))),
        };
        let (zone, instance_type) = (text(zone)?, text("InstanceType")?);
        let at = time(&text("Timestamp")?).map_err(|problem| ("Timestamp", problem))?;
        let price = price(&text("SpotPrice")?).map_err(|problem| ("SpotPrice", problem))?;
        if row
            .get("ProductDescription")
            .and_then(Value::as_str)
            .is_some_and(|product| !product.starts_with("Linux/UNIX"))
        {
            self.other_products += 1;
            return Ok(());
        }
        let values = Values { spot_price: Some(price), ..Values::default() };
        self.add_values((zone, instance_type), at, values);
        Ok(())
    }
}
