//! The history as an SVG file: spot prices above, running instances below, on one time axis.

use super::series::{instance_series, spot_series};
use crate::base::money::shortest;
use crate::base::{Decimal, Time};
use crate::cloud::model::WorldHistory;

const WIDTH: i64 = 960;
const LEFT: i64 = 90;
const RIGHT: i64 = 940;
const PANEL: i64 = 200;
const LEGEND_LINE: i64 = 18;

/// A palette that colour-blind people can distinguish (Okabe and Ito).
const COLOURS: [&str; 8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933"];

/// The chart as one self-contained file.
pub(super) fn chart(history: &WorldHistory) -> String {
    let prices: Vec<_> = history
        .pools
        .iter()
        .map(|pool| (format!("{} {}", pool.zone_id, pool.instance_type), spot_series(pool)))
        .collect();
    let owners: Vec<_> = history
        .fleets
        .iter()
        .map(|owner| (owner.name.clone().unwrap_or_else(|| owner.id.clone()), instance_series(owner)))
        .collect();
    let mut body = Vec::new();
    let mut top = 40;
    for (title, lines) in [("Spot price per hour", &prices), ("Running instances", &owners)] {
        top = panel(&mut body, title, lines, history.clock, top);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {top}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{top}\" fill=\"#ffffff\"/>\n{}\n</svg>\n",
        body.join("\n")
    )
}

/// Draws one panel and returns where the next begins.
fn panel(svg: &mut Vec<String>, title: &str, lines: &[(String, Vec<(Time, Decimal)>)], until: Time, top: i64) -> i64 {
    let values = || lines.iter().flat_map(|(_, series)| series.iter().map(|(_, value)| *value));
    let highest = values().max().filter(|highest| *highest > Decimal::ZERO).unwrap_or(Decimal::ONE);
    let bottom = top + PANEL;
    label(svg, LEFT, top - 12, "start", title);
    for (share, y) in [(0, bottom), (1, top + PANEL / 2), (2, top)] {
        svg.push(format!("<path d=\"M{LEFT} {y}H{RIGHT}\" stroke=\"#dddddd\"/>"));
        label(svg, LEFT - 8, y + 4, "end", &shortest(highest * Decimal::from(share) / Decimal::TWO));
    }
    label(svg, LEFT, bottom + 18, "start", &Time::START.to_string());
    label(svg, RIGHT, bottom + 18, "end", &until.to_string());
    let mut legend = bottom + 40;
    for ((name, series), colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        if let Some(path) = step_path(series, until, highest, bottom) {
            svg.push(format!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"));
        }
        svg.push(format!("<path d=\"M{LEFT} {}h20\" stroke=\"{colour}\" stroke-width=\"4\"/>", legend - 4));
        label(svg, LEFT + 28, legend, "start", name);
        legend += LEGEND_LINE;
    }
    legend + 40
}

/// The path of a step function: each value applies until the time of the next; `None` without values.
fn step_path(series: &[(Time, Decimal)], until: Time, highest: Decimal, bottom: i64) -> Option<String> {
    let span = until.since(Time::START).seconds().max(1);
    let x = |time: Time| {
        let passed = time.since(Time::START).seconds().clamp(0, span);
        LEFT + i64::try_from(i128::from(passed) * i128::from(RIGHT - LEFT) / i128::from(span)).unwrap_or(0)
    };
    let y = |value: Decimal| {
        let height = (value * Decimal::from(PANEL) / highest).round();
        bottom - i64::try_from(height).unwrap_or(PANEL)
    };
    let ((first, value), rest) = series.split_first()?;
    let step = |(time, value): &(Time, Decimal)| format!("H{}V{}", x(*time), y(*value));
    let rest: Vec<String> = rest.iter().map(step).collect();
    Some(format!("M{} {}{}H{RIGHT}", x(*first), y(*value), rest.concat()))
}

fn label(svg: &mut Vec<String>, x: i64, y: i64, anchor: &str, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    svg.push(format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{content}</text>"));
}
