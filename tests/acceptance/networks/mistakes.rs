use super::{NETWORK, heyuan};
use crate::cli::{Workspace, with_each_cli};

fn vpc(arguments: &str) -> String {
    format!("resource \"simcloud_vpc\" \"x\" {{\n{arguments}\n}}\n")
}

fn vswitch(arguments: &str) -> String {
    format!("resource \"simcloud_vswitch\" \"x\" {{\n{arguments}\n}}\n")
}

fn group(arguments: &str) -> String {
    format!("resource \"simcloud_security_group\" \"x\" {{\n{arguments}\n}}\n")
}

fn rule(arguments: &str) -> String {
    format!(
        "resource \"simcloud_security_group_rule\" \"x\" {{\n  security_group_id = \"sg-1\"\n  type = \"ingress\"\n{arguments}\n}}\n"
    )
}

#[needs(cli)]
#[test]
fn mistakes_are_found_while_validating() {
    let in_zone = |more: &str| vswitch(&format!("  zone_id = \"cn-heyuan-b\"\n{more}"));
    let tcp = |more: &str| rule(&format!("  ip_protocol = \"tcp\"\n{more}"));
    let cases = [
        vpc("  cidr_block = \"10.1.2.3/16\""),
        vpc("  cidr_block = \"10.0.0.0/30\""),
        vpc("  cidr_block = \"ten\""),
        vpc("  secondary_cidr_blocks = [\"10.0.0.0/16\", \"x\"]"),
        vpc("  vpc_name = \"a\"\n  name = \"b\""),
        vpc("  vpc_name = \"http://x\""),
        vpc("  dns_hostname_status = \"ENABLE\""),
        vpc("  timeouts {\n    create = \"soon\"\n  }"),
        vswitch("  vpc_id = \"vpc-1\"\n  cidr_block = \"10.0.0.0/24\""),
        in_zone("  cidr_block = \"10.0.0.0/24\""),
        in_zone("  vpc_id = \"vpc-1\""),
        in_zone("  availability_zone = \"cn-heyuan-a\"\n  vpc_id = \"v\"\n  cidr_block = \"10.0.0.0/24\""),
        in_zone("  vpc_id = \"v\"\n  cidr_block = \"10.0.0.0/15\""),
        group("  security_group_name = \"1st\""),
        group("  inner_access = true\n  inner_access_policy = \"Drop\""),
        group("  inner_access_policy = \"accept\""),
        tcp("  cidr_ip = \"0.0.0.0/0\""),
        tcp("  cidr_ip = \"0.0.0.0/0\"\n  port_range = \"80\""),
        tcp("  cidr_ip = \"0.0.0.0/0\"\n  port_range = \"90/80\""),
        rule("  ip_protocol = \"icmp\"\n  port_range = \"1/2\"\n  cidr_ip = \"0.0.0.0/0\""),
        rule("  ip_protocol = \"tpc\"\n  cidr_ip = \"0.0.0.0/0\""),
        tcp("  port_range = \"80/80\""),
        tcp("  port_range = \"80/80\"\n  cidr_ip = \"all\""),
        tcp("  port_range = \"80/80\"\n  ipv6_cidr_ip = \"10.0.0.0/8\""),
        tcp("  port_range = \"80/80\"\n  cidr_ip = \"0.0.0.0/0\"\n  source_security_group_id = \"sg-2\""),
        tcp("  port_range = \"80/80\"\n  cidr_ip = \"0.0.0.0/0\"\n  priority = 101"),
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for resource in &cases {
            let printed = Workspace::new(cli, &heyuan(resource)).refuse("validate");
            assert!(!printed.error().attribute.is_empty(), "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("mistakes_are_found_while_validating", sentences.join("\n"));
    });
}

#[needs(cli)]
#[test]
fn mistakes_against_the_region_are_found_while_planning() {
    let cases = [
        vpc("  is_default = true"),
        vswitch("  is_default = true\n  zone_id = \"cn-heyuan-b\""),
        vswitch("  availability_zone = \"cn-heyuan-z\"\n  vpc_id = \"v\"\n  cidr_block = \"10.0.0.0/24\""),
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for resource in &cases {
            let printed = Workspace::new(cli, &heyuan(resource)).refuse("plan");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("mistakes_against_the_region_are_found_while_planning", sentences.join("\n"));
    });
}

/// What only the world knows is refused while applying, in the service's words.
#[needs(cli)]
#[test]
fn what_the_world_does_not_allow_is_refused_while_applying() {
    let second = |block: &str| {
        format!(
            "{NETWORK}\nresource \"simcloud_vswitch\" \"second\" {{\n  vpc_id = simcloud_vpc.main.id\n  zone_id = \
             \"cn-heyuan-a\"\n  cidr_block = \"{block}\"\n  depends_on = [simcloud_vswitch.main]\n}}\n"
        )
    };
    let cases = [
        (second("172.16.7.128/25"), "InvalidCidrBlock.Overlapped"),
        (second("172.17.0.0/24"), "InvalidCidrBlock"),
        // After the VPC, which the message names.
        (
            NETWORK.replace("simcloud_vpc.main.id\n  cidr", "\"vpc-1\"\n  depends_on = [simcloud_vpc.main]\n  cidr"),
            "InvalidVpcId.NotFound",
        ),
        (NETWORK.replace("simcloud_security_group.main.id", "\"default\""), "OperationDenied"),
        (NETWORK.replace("\"22/22\"", "\"22/22\"\n  nic_type = \"internet\""), "InvalidNicType.ValueNotSupported"),
        (
            NETWORK.replace("cidr_ip           = \"0.0.0.0/0\"", "source_security_group_id = \"sg-none\""),
            "InvalidSecurityGroupId.NotFound",
        ),
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for (hcl, code) in &cases {
            let workspace = Workspace::new(cli, &heyuan(hcl));
            let printed = workspace.refuse("apply");
            assert_eq!(printed.error().summary, *code);
            sentences.push(printed.sentences());
            workspace.destroy();
        }
        insta::assert_snapshot!("what_the_world_does_not_allow_is_refused_while_applying", sentences.join("\n"));
    });
}

/// A module that chooses between two arguments with a variable is no mistake: while validating, variables are unknown.
#[needs(cli)]
#[test]
fn arguments_that_a_variable_chooses_between_do_not_conflict() {
    let hcl = NETWORK.replace(
        "cidr_ip           = \"0.0.0.0/0\"",
        "cidr_ip = var.peer == null ? \"0.0.0.0/0\" : null\n  source_security_group_id = var.peer",
    ) + "variable \"peer\" {\n  default = null\n}\n";
    let hcl = hcl.replace("vpc_name   = \"main\"", "vpc_name = var.peer == null ? \"main\" : null\n  name = var.peer");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(&hcl));
        workspace.validate();
        workspace.apply();
        assert_eq!(workspace.attributes("simcloud_vpc.main")["name"], "main");
        workspace.destroy();
    });
}
