//! Histories of both services, CSV, and files that are neither.

use super::{PriceHistory, PriceHistoryReader};
use crate::base::Decimal;

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
        (AWS_ROWS.replace("\"0.140000\"", "\"free\""), "prices.json, line 14: SpotPriceHistory[1].SpotPrice: `free`"),
        (AWS_ROWS.replace("03:10:00+00:00", "noon"), "prices.json, line 8: SpotPriceHistory[0].Timestamp: `2026-"),
        (
            AWS_ROWS.replacen("\"InstanceType\"", "\"Type\"", 1),
            "line 3: SpotPriceHistory[0]: `InstanceType` is missing",
        ),
        (AWS_ROWS.replace("SpotPriceHistory", "History"), "neither `SpotPriceHistory` nor"),
        (AWS_ROWS.replace("],", ",,"), "is not JSON"),
        ("{\"SpotPriceHistory\": 5}".to_owned(), "line 1: SpotPriceHistory: it is not a list"),
        ("{\"SpotPriceHistory\": []}".to_owned(), "no price in `prices.json`"),
        ("zone,type,price\n".to_owned(), "line 1: the heading has no column `time`"),
        ("zone,type,time,price\na,b,2026-02-01T00:00:00Z,-1\n".to_owned(), "line 2: spot_price: `-1`"),
        ("zone,type,time,price\na,b,2026-02-01T00:00:00Z,1\na,,x,1".to_owned(), "line 3: instance_type: it is empty"),
        ("zone,type,time,price\na,b,2026-02-01T00:00:00Z,0,5\n".to_owned(), "line 2: it has 5 fields under 4 columns"),
        (String::new(), "the file is empty"),
    ];
    for (text, says) in cases {
        let error = read(&text).unwrap_err();
        assert!(error.contains(says), "{says}: {error}");
    }
}

/// The later row of a moment took the values of the earlier one away.
#[test]
fn m8_rows_of_one_moment_add_up() {
    let text = "zone,type,time,price,spot,\ncn-heyuan-a,ecs.g6.large,2026-02-01T00:00:00Z,0.5,,\n\
        cn-heyuan-a,ecs.g6.large,2026-02-01T08:00:00+08:00,,7,\ncn-heyuan-a,ecs.g6.large,2026-02-01T00:00:00Z,0.6,,\n";
    let record = &read(text).unwrap().series[0];
    assert_eq!(numbers(&record.spot_price), ["0.6"]);
    assert_eq!(*record.spot, [7]);
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
