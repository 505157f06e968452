//! `world costs`.

use serde_json::Value;

use crate::sandbox::Sandbox;

const CLOCK: &str = "2026-01-04T00:00:00Z";

fn costs(sandbox: &Sandbox, arguments: &[&str]) -> (String, Value) {
    let text = sandbox.world(&[&["costs"], arguments].concat());
    let json = sandbox.world(&[&["costs", "--json"], arguments].concat());
    (text, serde_json::from_str(&json).unwrap())
}

/// The end of the span stood in the heading as the world's time, and a span of the future had an end of its own.
#[test]
fn w13_the_heading_has_the_worlds_time_whatever_the_span_is() {
    let sandbox = Sandbox::with_a_group();
    sandbox.world(&["advance", "72h"]);
    let spans: [(&[&str], &str, &str); 4] = [
        (&[], "2026-01-01T00:00:00Z", CLOCK),
        (&["--to", "24h30m"], "2026-01-01T00:00:00Z", "2026-01-02T00:30:00Z"),
        (&["--from", "100h"], CLOCK, CLOCK),
        (&["--from", "100h", "--to", "200h"], CLOCK, CLOCK),
    ];
    for (arguments, from, to) in spans {
        let (text, json) = costs(&sandbox, arguments);
        assert!(text.starts_with(&format!("World world.db, at {CLOCK}\n")), "{text}");
        assert!(text.contains(&format!("Costs from {from} to {to}\n")), "{text}");
        assert_eq!((&json["from"], &json["to"]), (&from.into(), &to.into()), "{arguments:?}");
    }
    assert_eq!(costs(&sandbox, &["--from", "100h"]).1["total_cost"], 0);
}
