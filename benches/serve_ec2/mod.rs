//! EC2's API with many instances at once: launches and fleets of 1,000, and a description of 10,000 by pages.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{Wire, call, ms, start_server};

const ROUNDS: u32 = 3;
const INSTANCES: u32 = 10_000;
const BATCH: u32 = 1_000;

const TEMPLATE: &str = "Action=CreateLaunchTemplate&Version=2016-11-15&LaunchTemplateName=bench&\
    LaunchTemplateData.ImageId=ami-60a54009&LaunchTemplateData.InstanceType=m5.large";
const FLEET: &str = "Action=CreateFleet&Version=2016-11-15&Type=instant&\
    LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName=bench&\
    LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version=1&\
    OnDemandOptions.AllocationStrategy=lowest-price&SpotOptions.AllocationStrategy=lowest-price&\
    TargetCapacitySpecification.TotalTargetCapacity=1000&TargetCapacitySpecification.OnDemandTargetCapacity=1000&\
    TargetCapacitySpecification.SpotTargetCapacity=0&\
    TargetCapacitySpecification.DefaultTargetCapacityType=on-demand";

/// Measures one server, which has no instances at first and 10,000 at the end.
pub(crate) fn measure(name: &str, start: &dyn Fn(u16) -> Command) {
    let (server, _) = start_server(Wire::Ec2, start);
    let address = &server.address;
    let launch = Wire::Ec2.launch(BATCH);
    report(&format!("{name}: RunInstances of 1,000"), &median(|| call(address, &launch)));
    let fleets = call(address, TEMPLATE).map_or_else(Vec::new, |_| median(|| call(address, FLEET)));
    report(&format!("{name}: CreateFleet of 1,000"), &fleets);
    let made = (ROUNDS + u32::try_from(fleets.len()).unwrap_or(0)) * BATCH;
    for _ in 0..(INSTANCES - made) / BATCH {
        call(address, &launch).expect("a launch");
    }
    let pages = describe_by_pages(address);
    report(&format!("{name}: DescribeInstances of 10,000, a page of 1,000"), &pages);
    let sum: Duration = pages.iter().sum();
    println!("{:<64} {:>9.1} ms in {} pages", format!("{name}: DescribeInstances of 10,000"), ms(sum), pages.len());
}

/// The times of some calls, shortest first; none if the server refuses them.
fn median(run: impl Fn() -> Option<String>) -> Vec<Duration> {
    let timed = || {
        let started = Instant::now();
        run().map(|_| started.elapsed())
    };
    (0..ROUNDS).map_while(|_| timed()).collect()
}

fn report(what: &str, times: &[Duration]) {
    let mut times = times.to_vec();
    times.sort();
    match times.get(times.len() / 2) {
        Some(median) => println!("{what:<64} {:>9.1} ms, median", ms(*median)),
        None => println!("{what:<64} not served"),
    }
}

/// The time of each page.
fn describe_by_pages(address: &str) -> Vec<Duration> {
    let first = format!("{}&MaxResults={BATCH}", Wire::Ec2.describe());
    let (mut times, mut found, mut next) = (Vec::new(), 0, Some(String::new()));
    while let Some(token) = next {
        let form = if token.is_empty() { first.clone() } else { format!("{first}&NextToken={token}") };
        let started = Instant::now();
        let page = call(address, &form).expect("a page");
        times.push(started.elapsed());
        found += page.matches("<instanceId>").count();
        next = token_of(&page);
    }
    assert_eq!(found, INSTANCES as usize, "every instance is on one page");
    times
}

/// The token of the next page, as a form has it.
fn token_of(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("<nextToken>")?;
    let (token, _) = rest.split_once("</nextToken>")?;
    let encoded: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    Some(encoded).filter(|token| !token.is_empty())
}
