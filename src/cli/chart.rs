//! The history as an SVG file: spot prices above, the units of fleets below, on one time axis.

use super::series::spot_series;
use crate::base::{Decimal, Time};
use crate::cloud::model::{FleetHistory, PoolHistory, WorldHistory};
use crate::report::{Chart, Mark, Panel, Series, Style};

/// The chart as one self-contained file.
pub(super) fn chart(history: &WorldHistory) -> String {
    let prices = history.pools.iter().zip((0..6).cycle()).map(|(pool, colour)| price_series(pool, colour)).collect();
    let capacity =
        history.fleets.iter().zip((0..6).cycle()).flat_map(|(fleet, colour)| capacity_series(fleet, colour)).collect();
    let chart = Chart {
        id: "history".to_owned(),
        title: "Spot prices and the units of fleets".to_owned(),
        description:
            "Above, the spot price of each pool that was used; below, the units of each fleet and its target, from the \
                      start of the world to its clock."
                .to_owned(),
        from: Time::START,
        to: history.clock,
        panels: vec![
            Panel { label: "Spot price per hour".to_owned(), height: 200, series: prices, marks: Vec::new() },
            Panel {
                label: "Units".to_owned(),
                height: 200,
                series: capacity,
                marks: history.fleets.iter().flat_map(Mark::of_fleet).collect(),
            },
        ],
    };
    chart.file()
}

fn price_series(pool: &PoolHistory, colour: u8) -> Series {
    let name = format!("{} {}", pool.zone_id, pool.instance_type);
    Series { name, style: Style::Line(colour), steps: spot_series(pool) }
}

fn capacity_series(fleet: &FleetHistory, colour: u8) -> [Series; 2] {
    let name = fleet.name.clone().unwrap_or_else(|| fleet.id.clone());
    let target = fleet.targets.iter().map(|(time, target)| (*time, Decimal::from(*target))).collect();
    [
        Series { name: name.clone(), style: Style::Line(colour), steps: fleet.units.clone() },
        Series { name: format!("target of {name}"), style: Style::Dashed(colour), steps: target },
    ]
}
