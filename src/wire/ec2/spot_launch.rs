//! `RequestSpotInstances`: a launch of spot instances, each of which has a request (E8).

use super::instance_xml::{InstanceView, launch_index};
use super::spot_requests::write;
use super::xml::Xml;
use super::{Action, Result, run};
use crate::base::order::Order;
use crate::cloud::SimCloud;
use crate::cloud::model::Tags;
use crate::wire::parameters::{Arguments, Parameters};

pub(super) const ACTIONS: &[(&str, Action)] = &[("RequestSpotInstances", request)];

/// The parameters of a call for spot requests, each with the name of the same parameter of a launch.
const OPTIONS: [(&str, &str); 4] = [
    ("InstanceInterruptionBehavior", "InstanceInterruptionBehavior"),
    ("SpotPrice", "MaxPrice"),
    ("Type", "SpotInstanceType"),
    ("ValidUntil", "ValidUntil"),
];

/// All of the requests are fulfilled, or none is made.
fn request(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let launch = launch(arguments);
    let launched = run::launch(cloud, &launch.arguments(), &launch, Tags::new())?;
    let mut records: Vec<_> = launched.records.iter().collect();
    records.order_by_key(|record| launch_index(record));
    Ok(Xml::of(|xml| {
        xml.list("spotInstanceRequestSet", records, |xml, record| {
            let mut view = InstanceView::new(record, &launched);
            view.is_new = record.end.is_none();
            write(xml, &view);
        });
    }))
}

/// The same in the words of `RunInstances`.
fn launch(arguments: &Arguments<'_>) -> Parameters {
    let count = arguments.text("InstanceCount").unwrap_or("1");
    let mut pairs: Tags = arguments.within("LaunchSpecification").whole().texts();
    pairs.extend(arguments.whole().flattened(&["ClientToken", "TagSpecification"]));
    pairs.extend(["MinCount", "MaxCount"].map(|name| (name.to_owned(), count.to_owned())));
    pairs.insert("InstanceMarketOptions.MarketType".to_owned(), "spot".to_owned());
    for (name, option) in OPTIONS {
        if let Some(text) = arguments.text(name) {
            pairs.insert(format!("InstanceMarketOptions.SpotOptions.{option}"), text.to_owned());
        }
    }
    Parameters::from_pairs(pairs)
}
