//! `world report`: a page that loads nothing, looked at by a real browser.

use simcloud::base::clock::Span;
use simcloud::base::{Billing, Decimal, InstanceId, Time};
use simcloud::cloud::model::{
    Activity, ActivityKind, Cost, Costs, FleetHistory, InstanceCost, Launch, PoolHistory, PoolPrice, WorldHistory,
    WorldOverview, WorldReport,
};
use simcloud::market::PoolEvent;
use simcloud::report::world_page;
use simcloud_test_needs::needs;

use crate::browser::Browser;
use crate::sandbox::{Sandbox, group};

/// A world with a price rise, reclaims, a replacement, a shortage and a change of the market.
pub(crate) fn sandbox_with_a_story() -> Sandbox {
    let sandbox = Sandbox::with_a_group();
    sandbox.create_group(&simcloud::cloud::model::CreateAutoProvisioningGroupRequest {
        group_type: simcloud::cloud::model::GroupType::Maintain,
        max_spot_price: Some("0.03".parse().unwrap()),
        ..group("shop-web", 2, 40)
    });
    let mut scarce = group("scarce", 0, 150);
    scarce.configs[0].zone_id = Some("cn-heyuan-a".into());
    sandbox.create_group(&scarce);
    let scenario = r#"{ "events": [
        { "at": "20h", "reclaim_spot": { "count": 7 } },
        { "at": "30h", "prices": { "zone_id": "cn-heyuan-b", "spot": 0.02 } },
        { "at": "40h", "stock": { "zone_id": "cn-heyuan-b", "spot": 9 } },
        { "at": "47h", "stock": { "zone_id": "cn-heyuan-b", "spot": 60 } } ] }"#;
    std::fs::write(sandbox.path("sale.json"), scenario).unwrap();
    std::fs::write(sandbox.path("rules.json"), r#"{ "prices": [{ "pay_as_you_go": 0.5 }] }"#).unwrap();
    sandbox.world(&["advance", "60h", "--scenario", "sale.json"]);
    sandbox.world(&["market", "rules.json"]);
    sandbox.world(&["advance", "12h", "--scenario", "sale.json"]);
    sandbox
}

fn page_of(sandbox: &Sandbox) -> String {
    let said = sandbox.world(&["report", "world.html", "--scenario", "sale.json"]);
    assert_eq!(said, "The page about world world.db was written to world.html\n");
    std::fs::read_to_string(sandbox.path("world.html")).unwrap()
}

/// A file called `-` was written.
#[test]
fn a_hyphen_is_stdout_or_refused_and_no_file() {
    let sandbox = Sandbox::with_a_group();
    let page = sandbox.world(&["report", "-"]);
    assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"), "{page:.80}");
    sandbox.world(&["report", "world.html"]);
    assert_eq!(page, std::fs::read_to_string(sandbox.path("world.html")).unwrap());
    for (arguments, says) in [
        (["report", "-", "--json"], "name a file, such as world.html"),
        (["history", "--svg", "-"], "such as history.svg"),
    ] {
        let refused = sandbox.refused(&[&["world"], &arguments[..], &["--world", "world.db"]].concat());
        assert!(refused.contains(says), "{refused}");
    }
    assert!(!sandbox.path("-").exists());
}

#[test]
fn the_page_has_every_part_and_asks_for_nothing() {
    let sandbox = sandbox_with_a_story();
    let page = page_of(&sandbox);
    for id in ["fleets", "pools", "costs", "launch-results", "market-changes", "history"] {
        assert!(page.contains(&format!("<section id=\"{id}\"")), "no section {id}");
    }
    for asks in ["<script", "http://", "https://", "url(", "@import", "src="] {
        assert!(!page.contains(asks), "the page has {asks}");
    }
    for shown in
        ["shop-web", "ceiling of shop-web", "instances lost", "at best", "Short ", "NoInstanceStock", "spot at "]
    {
        assert!(page.contains(shown), "the page does not say {shown}");
    }
    // Events of the scenario and a rule of the world are marked on the pool that they change.
    for marked in [
        "reclaim of 7 spot instances of every type in every zone",
        "stock of every type in cn-heyuan-b: spot 9",
        "prices of every type in every zone: pay-as-you-go 0.5",
    ] {
        assert!(page.contains(&format!("<g><title>{marked}</title><path class=\"changed\"")), "no mark says {marked}");
    }
    // Every drawing has a title and a description.
    let drawings = page.matches("role=\"img\"").count();
    assert!(drawings >= 3);
    assert_eq!(page.matches("<desc id=").count(), drawings);
}

#[test]
fn a_page_is_written_over_no_world_and_its_json_says_where_it_is() {
    let sandbox = Sandbox::with_a_group();
    let refused = sandbox.refused(&["world", "report", "world.db", "--world", "world.db"]);
    assert!(refused.contains("world.db is a world; name another file"), "{refused}");
    let said: serde_json::Value = serde_json::from_str(&sandbox.world(&["report", "page.html", "--json"])).unwrap();
    let written = std::fs::metadata(sandbox.path("page.html")).unwrap().len();
    assert_eq!((said["file"].as_str(), said["bytes"].as_u64()), (Some("page.html"), Some(written)));
    let refused = sandbox.refused(&["world", "report", "none/page.html", "--world", "world.db"]);
    assert!(refused.contains("none/page.html cannot be written"), "{refused}");
}

/// A world that does not exist has a page too, and none is made.
#[test]
fn a_world_that_does_not_exist_has_an_empty_page() {
    let sandbox = Sandbox::new();
    sandbox.world(&["report", "page.html"]);
    let page = std::fs::read_to_string(sandbox.path("page.html")).unwrap();
    assert!(page.contains("The world has no fleets.") && !sandbox.path("world.db").exists());
}

#[needs(chromium)]
#[test]
fn a_browser_asks_for_nothing_and_complains_of_nothing() {
    let sandbox = sandbox_with_a_story();
    let browser = Browser::with_page(&sandbox.path("."), &page_of(&sandbox));
    let visit = browser.visit();
    assert_eq!((visit.requested, visit.console), (vec!["/".to_owned()], Vec::<String>::new()));
    assert_eq!(visit.fetched, Vec::<String>::new());
    assert!(visit.document.contains("shop-web"));
}

/// What the test above looks for is found where it is.
#[needs(chromium)]
#[test]
fn a_page_that_asks_and_complains_is_found_out() {
    let sandbox = Sandbox::new();
    let page = "<!DOCTYPE html><title>x</title><img src=\"/pixel.png\"><script>console.error('found')</script>";
    let visit = Browser::with_page(&sandbox.path("."), page).visit();
    assert!(visit.requested.contains(&"/pixel.png".to_owned()), "{visit:?}");
    assert!(visit.fetched.iter().any(|url| url.ends_with("/pixel.png")), "{visit:?}");
    assert!(visit.console.iter().any(|line| line.contains("found")), "{visit:?}");
}

/// `REPORT_SCREENSHOTS=folder` keeps the pictures.
#[needs(chromium)]
#[test]
fn the_page_is_drawn_at_three_sizes_light_and_dark() {
    let sandbox = sandbox_with_a_story();
    let browser = Browser::with_page(&sandbox.path("."), &page_of(&sandbox));
    let folder = option_env!("REPORT_SCREENSHOTS").map_or_else(|| sandbox.path("."), std::path::PathBuf::from);
    let mut pictures = Vec::new();
    for (name, size) in [("phone", (500, 2_400)), ("tablet", (820, 2_400)), ("desktop", (1_440, 2_400))] {
        for is_dark in [false, true] {
            let file = folder.join(format!("{name}-{}.png", if is_dark { "dark" } else { "light" }));
            browser.screenshot(&file, size, is_dark);
            pictures.push(std::fs::read(&file).unwrap());
        }
    }
    assert!(pictures.iter().all(|picture| picture.len() > 10_000));
    assert!(pictures.chunks(2).all(|pair| pair[0] != pair[1]), "light and dark look the same");
}

/// Names are text, whatever is in them: a world that a team shares may hold any.
#[needs(chromium)]
#[test]
fn hostile_names_are_text() {
    let hostile = "</td></title><script>console.error('owned')</script><img src=x onerror=\"console.error(1)\">&amp;\u{1b}[31m\u{202e}'\u{0}";
    let mut report = long_report(30, 3);
    for fleet in &mut report.history.fleets {
        (fleet.name, fleet.kind) = (Some(hostile.to_owned()), hostile.to_owned());
    }
    for line in &mut report.costs.fleets {
        line.name = Some(hostile.to_owned());
    }
    for activity in &mut report.history.activities {
        activity.detail = hostile.to_owned();
    }
    report.history.pools[0].zone_id = hostile.into();
    report.history.pools[0].market_events[0].text = hostile.to_owned();
    let page = world_page(&report, hostile, &[hostile.to_owned()]).render();
    let sandbox = Sandbox::new();
    let visit = Browser::with_page(&sandbox.path("."), &page).visit();
    assert_eq!((visit.requested.len(), visit.console.len(), visit.fetched.len()), (1, 0, 0), "{visit:?}");
    assert!(!visit.document.contains("<script") && !visit.document.contains("<img"), "{}", visit.document);
    assert!(visit.document.contains("&lt;script&gt;console.error('owned')&lt;/script&gt;"));
    assert!(visit.document.contains("\\u{1b}[31m\\u{202e}") && visit.document.contains("&amp;amp;"));
    assert!(!visit.document.contains(['\u{1b}', '\u{202e}', '\u{0}']));
}

/// A thousand instances and ten thousand lines of history are drawn in seconds.
#[needs(chromium)]
#[test]
#[expect(clippy::disallowed_methods, reason = "how long a browser takes is what the test is about")]
fn a_long_history_stays_usable() {
    let sandbox = Sandbox::new();
    let page = world_page(&long_report(10_000, 1_000), "long", &[]).render();
    assert!(page.len() < 8_000_000, "{} bytes", page.len());
    let browser = Browser::with_page(&sandbox.path("."), &page);
    let begun = std::time::Instant::now();
    let visit = browser.visit();
    assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(visit.console, Vec::<String>::new());
    assert!(visit.document.matches("<tr>").count() > 11_000);
    // What stands open at first is short: days are folded.
    assert!(visit.document.matches("<details>").count() > 50);
}

/// A group that lost and launched an instance in each line.
fn long_report(lines: i64, instances: i64) -> WorldReport {
    let at = |hour: i64| Time::START.plus(Span::from_seconds(hour * 900));
    let clock = at(lines);
    let cost =
        Cost { total: Decimal::TEN, pay_as_you_go: Decimal::ZERO, spot: Decimal::TEN, instance_hours: Decimal::TEN };
    let id = |index: i64| InstanceId::from(format!("i-{index:020}").as_str());
    let activity = |index: i64| Activity {
        time: at(index),
        kind: if index % 2 == 0 { ActivityKind::SpotStockReclaimed } else { ActivityKind::Replenish },
        resource_id: "apg-1".to_owned(),
        detail: "1 instance".to_owned(),
        created: vec![id(index)],
        destroyed: Vec::new(),
        terminations: Vec::new(),
        launches: vec![Launch {
            weight: Decimal::ONE,
            zone_id: "cn-heyuan-b".into(),
            instance_type: "ecs.s6-c1m1.small".into(),
            billing: Billing::Spot,
            hourly_price: Decimal::ONE,
            instances: 1,
        }],
    };
    let instance = |index: i64| InstanceCost {
        region_id: "cn-heyuan".into(),
        id: id(index),
        fleet_id: "apg-1".to_owned(),
        fleet_kind: "group".to_owned(),
        zone_id: "cn-heyuan-b".into(),
        instance_type: "ecs.s6-c1m1.small".into(),
        launch_time: at(index),
        end_time: None,
        tags: simcloud::cloud::model::Tags::new(),
        cost,
    };
    let units = |index: i64| (at(index), Decimal::from(1_000 - index % 7));
    let fleet = FleetHistory {
        id: "apg-1".to_owned(),
        kind: "group".to_owned(),
        name: Some("web".to_owned()),
        target_capacity: Some(1_000),
        targets: vec![(Time::START, 1_000)],
        instances: (0..lines).map(|index| (at(index), u32::try_from(1_000 - index % 7).unwrap())).collect(),
        units: (0..lines).map(units).collect(),
        lost: (0..lines).map(|index| (at(index), 1)).collect(),
        replaced: (0..lines).map(|index| (at(index), 1)).collect(),
        cost,
    };
    let price =
        |index: i64| PoolPrice { time: at(index), pay_as_you_go: Decimal::TEN, spot: Decimal::from(1 + index % 5) };
    let pool = PoolHistory {
        zone_id: "cn-heyuan-b".into(),
        instance_type: "ecs.s6-c1m1.small".into(),
        prices: (0..lines).map(price).collect(),
        free_spot: (0..lines).map(|index| (at(index), u32::try_from(index % 50).unwrap())).collect(),
        market_events: (0..lines).map(|index| PoolEvent { time: at(index), text: "stock".to_owned() }).collect(),
    };
    WorldReport {
        overview: WorldOverview {
            clock,
            pools: Vec::new(),
            regions: Vec::new(),
            more_pools: 0,
            fleets: Vec::new(),
            resources: Vec::new(),
            market_changes: Vec::new(),
        },
        history: WorldHistory {
            clock,
            pools: vec![pool],
            fleets: vec![fleet],
            cost,
            activities: (0..lines).map(activity).collect(),
        },
        costs: Costs {
            clock,
            from: Time::START,
            to: clock,
            total: cost,
            fleets: vec![simcloud::cloud::model::FleetCost {
                region_id: "cn-heyuan".into(),
                id: "apg-1".to_owned(),
                kind: "group".to_owned(),
                name: Some("web".to_owned()),
                cost,
            }],
            instances: (0..instances).map(instance).collect(),
            pools: Vec::new(),
            tags: Vec::new(),
        },
    }
}

/// The page beside the example loads, and the guide's picture is one of it; `UPDATE_DOCS` draws that again.
#[needs(chromium)]
#[test]
#[expect(clippy::disallowed_methods, reason = "the caller of the test decides whether the picture is drawn again")]
fn the_picture_of_the_guide_is_drawn_from_the_page_of_the_example() {
    let sandbox = Sandbox::new();
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/night-of-the-sale");
    let page = std::fs::read_to_string(example.join("report.html")).unwrap();
    let browser = Browser::with_page(&sandbox.path("."), &page);
    let visit = browser.visit();
    assert_eq!((visit.console, visit.fetched), (Vec::<String>::new(), Vec::<String>::new()));
    let picture = example.join("report.png");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        browser.screenshot(&picture, (1_200, 1_330), false);
    }
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}
