//! Logs: at INFO one line per decision of the allocator, and no secret.

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, stock, targets};

/// Which pool, what was asked of it, what it gave, and why no more.
#[needs(cli)]
#[test]
fn the_allocator_says_what_it_decides() {
    let hcl = stock(0, 2)
        + &group("web", &targets(3, 2)).replace(
            "  launch_configuration {\n",
            "  launch_configuration {\n    user_data = \"c2VjcmV0IG9mIGEgdXNlcg==\"\n    password  = \"aPassword1!\"\n",
        );
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, &hcl);
        workspace.set("TF_LOG_PROVIDER", "INFO").set("TF_LOG_PATH", "provider.log");
        workspace.apply_only();
        let log = std::fs::read_to_string(workspace.work().join("provider.log")).expect("a log");
        let decisions: Vec<&str> = log.lines().filter(|line| line.contains(": pool: ")).collect();
        // The forecasts of the plans decide as the creation does.
        assert!(decisions.len() >= 2 && decisions.len().is_multiple_of(2), "{log}");
        let both = [
            ["zone_id=cn-heyuan-b", "instance_type=ecs.s6-c1m1.small", "asked=3", "got=0", "why=\"no stock\""],
            ["zone_id=cn-heyuan-b", "instance_type=ecs.s6-c1m1.small", "asked=2", "got=2", "why=enough"],
        ];
        for (decision, fields) in decisions.iter().zip(both.iter().cycle()) {
            assert!(fields.iter().all(|field| decision.contains(field)), "{decision}");
        }
        for secret in ["c2VjcmV0IG9mIGEgdXNlcg", "secret of a user", "aPassword1!"] {
            assert!(!log.contains(secret), "{secret}");
        }
        workspace.destroy();
    });
}
