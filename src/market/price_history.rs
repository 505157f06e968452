//! Reads recorded spot prices: what `aws ec2 describe-spot-price-history` and `aliyun ecs DescribeSpotPriceHistory` print,
//! and CSV with a heading (M8).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::json_path::{element_path, member_path};
use super::record::{MAX_RECORD_HOURS, PoolRecord};
use super::scenario_reader::ScenarioError;
use crate::base::{Decimal, Hour, Time};
use crate::catalogue;

/// Recorded prices, hour by hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceHistory {
    /// By zone and type.
    pub series: Vec<PoolRecord>,
    /// Pools that are not simulated, as `type in zone`.
    pub unknown_pools: BTreeSet<String>,
    /// Rows of other operating systems than Linux, which have other prices.
    pub other_products: usize,
}

/// A file that is no price history; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PriceHistoryError(String);

/// Prices and supply of one pool at one moment.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    spot_price: Option<Decimal>,
    spot: Option<u32>,
    pay_as_you_go: Option<u32>,
}

/// The rows of all files, by pool and moment.
#[derive(Debug, Default)]
pub struct PriceHistoryReader {
    rows: BTreeMap<(String, String), BTreeMap<Time, Values>>,
    other_products: usize,
}

/// The members of a row, in the words of one service.
struct Words {
    /// The members that lead to the list.
    list: &'static [&'static str],
    zone: &'static str,
}

const AWS: Words = Words { list: &["SpotPriceHistory"], zone: "AvailabilityZone" };
const ALIYUN: Words = Words { list: &["SpotPrices", "SpotPriceType"], zone: "ZoneId" };

impl PriceHistoryReader {
    /// Adds the rows of a file, whose name stands in errors.
    ///
    /// # Errors
    /// The first mistake, with its line and its member or column.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), PriceHistoryError> {
        if !text.trim_start().starts_with(['{', '[']) {
            return self.add_csv(name, text);
        }
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
        self.rows.entry((zone, instance_type)).or_default().insert(at, values);
        Ok(())
    }

    /// Adds comma-separated rows; the heading names the columns.
    fn add_csv(&mut self, name: &str, text: &str) -> Result<(), PriceHistoryError> {
        let mistake = |line: usize, problem: String| PriceHistoryError(format!("{name}, line {line}: {problem}"));
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let Some((first, heading)) = lines.next() else { return Err(mistake(1, "the file is empty".to_owned())) };
        let heading: Vec<String> = fields(heading).iter().map(|field| field.trim().to_lowercase()).collect();
        let column = |names: &[&str]| heading.iter().position(|field| names.contains(&field.as_str()));
        let needed = |names: &[&str]| {
            let problem = || {
                format!(
                    "the heading has no column `{}`; it needs zone_id, instance_type, time and at least one of spot_price, spot and pay_as_you_go",
                    names[0]
                )
            };
            column(names).ok_or_else(|| mistake(first, problem()))
        };
        let zone = needed(&["zone_id", "availability_zone", "zone", "availabilityzone", "zoneid"])?;
        let instance_type = needed(&["instance_type", "instancetype", "type"])?;
        let at = needed(&["time", "timestamp"])?;
        let spot_price = column(&["spot_price", "spotprice", "price"]);
        let (spot, pay_as_you_go) = (column(&["spot"]), column(&["pay_as_you_go"]));
        if [spot_price, spot, pay_as_you_go].iter().all(Option::is_none) {
            needed(&["spot_price"])?;
        }
        for (line, row) in lines {
            let row = fields(row);
            let field = |index: usize| row.get(index).map(|field| field.trim()).unwrap_or_default();
            let given = |column: Option<usize>| column.map(field).filter(|text| !text.is_empty());
            let at_column = |column: &str, problem: String| mistake(line, format!("{column}: {problem}"));
            for (column, index) in [("zone_id", zone), ("instance_type", instance_type)] {
                if field(index).is_empty() {
                    return Err(at_column(column, "it is empty".to_owned()));
                }
            }
            let values = Values {
                spot_price: given(spot_price)
                    .map(price)
                    .transpose()
                    .map_err(|problem| at_column("spot_price", problem))?,
                spot: given(spot).map(supply).transpose().map_err(|problem| at_column("spot", problem))?,
                pay_as_you_go: given(pay_as_you_go)
                    .map(supply)
                    .transpose()
                    .map_err(|problem| at_column("pay_as_you_go", problem))?,
            };
            let at = time(field(at)).map_err(|problem| at_column("time", problem))?;
            self.rows.entry((field(zone).to_owned(), field(instance_type).to_owned())).or_default().insert(at, values);
        }
        Ok(())
    }

    /// The records of all pools, each from its first hour to the last hour of any pool.
    ///
    /// # Errors
    /// There is no row, or the rows span more than two years.
    pub fn finish(self) -> Result<PriceHistory, PriceHistoryError> {
        let times = || self.rows.values().flat_map(BTreeMap::keys);
        let (Some(first), Some(last)) = (times().min(), times().max()) else {
            return Err(PriceHistoryError("there is no price in it".to_owned()));
        };
        let hours = last.hour().0 - first.hour().0 + 1;
        if usize::try_from(hours).unwrap_or(usize::MAX) > MAX_RECORD_HOURS {
            return Err(PriceHistoryError(format!("from {first} to {last} it is longer than two years")));
        }
        let last = last.hour();
        let mut history = PriceHistory { other_products: self.other_products, ..PriceHistory::default() };
        for ((zone, instance_type), rows) in &self.rows {
            let known = catalogue::zone(zone).zip(catalogue::instance_type(instance_type));
            let Some((zone, instance_type)) = known else {
                history.unknown_pools.insert(format!("{instance_type} in {zone}"));
                continue;
            };
            let Some((first, _)) = rows.first_key_value() else { continue };
            history.series.push(PoolRecord {
                zone_id: zone.id.into(),
                instance_type: instance_type.name.into(),
                start: first.hour(),
                spot_price: hourly(rows, last, |values| values.spot_price).into(),
                spot: hourly(rows, last, |values| values.spot).into(),
                pay_as_you_go: hourly(rows, last, |values| values.pay_as_you_go).into(),
            });
        }
        Ok(history)
    }
}

/// One value per hour from the first row to the last hour: the one at the beginning of the hour, and before the first one
/// that one. Empty if no row has a value.
fn hourly<T: Copy>(rows: &BTreeMap<Time, Values>, last: Hour, of: impl Fn(&Values) -> Option<T>) -> Vec<T> {
    let changes: Vec<(Time, T)> = rows.iter().filter_map(|(at, values)| Some((*at, of(values)?))).collect();
    let (Some((_, first_value)), Some((first, _))) = (changes.first(), rows.first_key_value()) else {
        return Vec::new();
    };
    let mut current = *first_value;
    let mut next = changes.iter().peekable();
    let mut hours = Vec::new();
    for hour in first.hour().0..=last.0 {
        while let Some((_, value)) = next.next_if(|(at, _)| *at <= Hour(hour).start()) {
            current = *value;
        }
        hours.push(current);
    }
    hours
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse_rfc3339(text).map_err(|_| format!("`{text}` is not a time such as 2026-03-01T00:00:00Z"))
}

fn price(text: &str) -> Result<Decimal, String> {
    let number = text.parse::<Decimal>().ok().filter(|price| *price > Decimal::ZERO && !text.contains('_'));
    number.ok_or_else(|| format!("`{text}` is not a price above 0"))
}

fn supply(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number of instances"))
}

/// The fields of a line; a quoted one may hold commas, and two quotes in it are one.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PriceHistory, String> {
        let mut reader = PriceHistoryReader::default();
        reader.add("prices.json", text).and_then(|()| reader.finish()).map_err(|error| error.to_string())
    }

    fn numbers(values: &[Decimal]) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }

    /// In the form that the documentation of `aws ec2 describe-spot-price-history` shows.
    const AWS_ROWS: &str = r#"{
    "SpotPriceHistory": [
        {
            "AvailabilityZone": "us-east-1a",
            "InstanceType": "m5.large",
            "ProductDescription": "Linux/UNIX",
            "SpotPrice": "0.040000",
            "Timestamp": "2026-03-01T03:10:00+00:00"
        },
        {
            "AvailabilityZone": "us-east-1a",
            "InstanceType": "m5.large",
            "ProductDescription": "Windows",
            "SpotPrice": "0.140000",
            "Timestamp": "2026-03-01T02:00:00+00:00"
        },
        {
            "AvailabilityZone": "us-east-1a",
            "InstanceType": "m5.large",
            "ProductDescription": "Linux/UNIX (Amazon VPC)",
            "SpotPrice": "0.035000",
            "Timestamp": "2026-03-01T00:30:12.000Z"
        },
        {
            "AvailabilityZone": "us-west-2-lax-1a",
            "InstanceType": "m5.large",
            "ProductDescription": "Linux/UNIX",
            "SpotPrice": "0.05",
            "Timestamp": "2026-03-01T05:00:00+00:00"
        }
    ],
    "NextToken": ""
}"#;

    #[test]
    fn m8_prices_of_aws_become_hours() {
        let history = read(AWS_ROWS).unwrap();
        let [record] = history.series.as_slice() else { panic!("{history:?}") };
        assert_eq!(record.start.start().to_string(), "2026-03-01T00:00:00Z");
        let [low, high] = ["0.035000", "0.040000"];
        assert_eq!(numbers(&record.spot_price), [low, low, low, low, high, high]);
        assert_eq!((history.other_products, record.spot.len()), (1, 0));
        assert_eq!(history.unknown_pools.into_iter().collect::<Vec<_>>(), ["m5.large in us-west-2-lax-1a"]);
    }

    /// In the form that the documentation of `DescribeSpotPriceHistory` shows.
    #[test]
    fn m8_prices_of_alibaba_become_hours() {
        let text = r#"{"NextOffset": 10, "RequestId": "473469C7", "Currency": "CNY", "SpotPrices": {"SpotPriceType": [
            {"ZoneId": "cn-heyuan-b", "InstanceType": "ecs.g6.large", "IoOptimized": "optimized", "NetworkType": "vpc",
             "SpotPrice": 0.12, "OriginPrice": 0.354, "Timestamp": "2026-02-01T00:00:00Z"},
            {"ZoneId": "cn-heyuan-b", "InstanceType": "ecs.g6.large", "IoOptimized": "optimized", "NetworkType": "vpc",
             "SpotPrice": 0.15, "OriginPrice": 0.354, "Timestamp": "2026-02-01T02:00:00Z"}
        ]}}"#;
        let history = read(text).unwrap();
        assert_eq!(numbers(&history.series[0].spot_price), ["0.12", "0.12", "0.15"]);
    }

    #[test]
    fn m8_csv_has_prices_and_supply() {
        let text = "zone_id,instance_type,time,spot_price,spot\n\
                    cn-heyuan-b,\"ecs.g6.large\",2026-02-01T00:00:00Z,0.1,9\n\
                    cn-heyuan-b,ecs.g6.large,2026-02-01T01:00:00Z,,4\n\n\
                    cn-heyuan-b,ecs.g6.large,2026-02-01T02:00:00Z,0.3,\n";
        let history = read(text).unwrap();
        assert_eq!(numbers(&history.series[0].spot_price), ["0.1", "0.1", "0.3"]);
        assert_eq!(*history.series[0].spot, [9, 4, 4]);
    }

    #[test]
    fn a_malformed_file_is_refused_with_line_and_member() {
        let cases = [
            (
                AWS_ROWS.replace("\"0.140000\"", "\"free\""),
                "prices.json, line 14: SpotPriceHistory[1].SpotPrice: `free`",
            ),
            (AWS_ROWS.replace("03:10:00+00:00", "noon"), "prices.json, line 8: SpotPriceHistory[0].Timestamp: `2026-"),
            (
                AWS_ROWS.replacen("\"InstanceType\"", "\"Type\"", 1),
                "line 3: SpotPriceHistory[0]: `InstanceType` is missing",
            ),
            (AWS_ROWS.replace("SpotPriceHistory", "History"), "neither `SpotPriceHistory` nor"),
            (AWS_ROWS.replace("],", ",,"), "is not JSON"),
            ("{\"SpotPriceHistory\": 5}".to_owned(), "line 1: SpotPriceHistory: it is not a list"),
            ("{\"SpotPriceHistory\": []}".to_owned(), "no price in it"),
            ("zone,type,price\n".to_owned(), "line 1: the heading has no column `time`"),
            ("zone,type,time,price\na,b,2026-02-01T00:00:00Z,-1\n".to_owned(), "line 2: spot_price: `-1`"),
            (
                "zone,type,time,price\na,b,2026-02-01T00:00:00Z,1\na,,x,1".to_owned(),
                "line 3: instance_type: it is empty",
            ),
            (String::new(), "the file is empty"),
        ];
        for (text, says) in cases {
            let error = read(&text).unwrap_err();
            assert!(error.contains(says), "{says}: {error}");
        }
    }

    #[test]
    fn files_add_up() {
        let mut reader = PriceHistoryReader::default();
        for (name, day) in [("b", 2), ("a", 1)] {
            let text = format!("zone,type,time,price\ncn-heyuan-b,ecs.g6.large,2026-02-0{day}T00:00:00Z,0.{day}\n");
            reader.add(name, &text).unwrap();
        }
        let history = reader.finish().unwrap();
        assert_eq!(history.series[0].spot_price.len(), 25);
        assert_eq!(numbers(&history.series[0].spot_price[23..]), ["0.1", "0.2"]);
    }
}
