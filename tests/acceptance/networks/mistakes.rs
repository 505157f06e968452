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

#[test]
fn mistakes_are_found_while_validating() {
    let in_zone = |more: &str| vswitch(&format!("  zone_id = \"cn-heyuan-b\"\n{more}"));
    let tcp = |more: &str| rule(&format!("  ip_protocol = \"tcp\"\n{more}"));
    let cases = [
        (vpc("  cidr_block = \"10.1.2.3/16\""), "the block around it is `10.1.0.0/16`"),
        (vpc("  cidr_block = \"10.0.0.0/30\""), "with a prefix length of 30; it can be from 8 to 28"),
        (vpc("  cidr_block = \"ten\""), "it is not an IPv4 address with a prefix length"),
        (vpc("  secondary_cidr_blocks = [\"10.0.0.0/16\", \"x\"]"), "secondary_cidr_blocks is \"x\""),
        (vpc("  vpc_name = \"a\"\n  name = \"b\""), "vpc_name and name exclude each other"),
        (vpc("  vpc_name = \"http://x\""), "must not begin with http:// or https://"),
        (vpc("  dns_hostname_status = \"ENABLE\""), "Did you mean \"ENABLED\"?"),
        (vpc("  timeouts {\n    create = \"soon\"\n  }"), "create is \"soon\", which is not a duration"),
        (vswitch("  vpc_id = \"vpc-1\"\n  cidr_block = \"10.0.0.0/24\""), "Give zone_id"),
        (in_zone("  cidr_block = \"10.0.0.0/24\""), "Give vpc_id"),
        (in_zone("  vpc_id = \"vpc-1\""), "Give cidr_block"),
        (
            in_zone("  availability_zone = \"cn-heyuan-a\"\n  vpc_id = \"v\"\n  cidr_block = \"10.0.0.0/24\""),
            "zone_id and availability_zone exclude each other",
        ),
        (in_zone("  vpc_id = \"v\"\n  cidr_block = \"10.0.0.0/15\""), "it can be from 16 to 29"),
        (group("  security_group_name = \"1st\""), "must begin with a letter"),
        (group("  inner_access = true\n  inner_access_policy = \"Drop\""), "exclude each other"),
        (group("  inner_access_policy = \"accept\""), "Did you mean \"Accept\"?"),
        (tcp("  cidr_ip = \"0.0.0.0/0\""), "it must be two ports from 1 to 65535"),
        (tcp("  cidr_ip = \"0.0.0.0/0\"\n  port_range = \"80\""), "port_range is \"80\""),
        (tcp("  cidr_ip = \"0.0.0.0/0\"\n  port_range = \"90/80\""), "the lower one first"),
        (rule("  ip_protocol = \"icmp\"\n  port_range = \"1/2\"\n  cidr_ip = \"0.0.0.0/0\""), "it must be \"-1/-1\""),
        (rule("  ip_protocol = \"tpc\"\n  cidr_ip = \"0.0.0.0/0\""), "Did you mean \"tcp\"?"),
        (tcp("  port_range = \"80/80\""), "Give cidr_ip, or ipv6_cidr_ip, source_security_group_id or prefix_list_id"),
        (tcp("  port_range = \"80/80\"\n  cidr_ip = \"all\""), "which is neither an IPv4 address nor a block"),
        (tcp("  port_range = \"80/80\"\n  ipv6_cidr_ip = \"10.0.0.0/8\""), "which is neither an IPv6 address nor"),
        (
            tcp("  port_range = \"80/80\"\n  cidr_ip = \"0.0.0.0/0\"\n  source_security_group_id = \"sg-2\""),
            "cidr_ip and source_security_group_id exclude each other",
        ),
        (tcp("  port_range = \"80/80\"\n  cidr_ip = \"0.0.0.0/0\"\n  priority = 101"), "from 1 to 100"),
    ];
    with_each_cli(|cli| {
        for (resource, expected) in &cases {
            let printed = Workspace::new(cli, &heyuan(resource)).fail(&["validate", "-no-color"]);
            assert!(printed.contains(expected), "{resource}: {printed}");
            assert!(printed.contains("on main.tf line"), "{resource}: {printed}");
        }
    });
}

#[test]
fn mistakes_against_the_region_are_found_while_planning() {
    let cases = [
        (vpc("  is_default = true"), "The region has its default VPC already: \"vpc-cn-heyuan\""),
        (
            vswitch("  is_default = true\n  zone_id = \"cn-heyuan-b\""),
            "The zone has its default vSwitch already: \"vsw-cn-heyuan-b\"",
        ),
        (
            vswitch("  availability_zone = \"cn-heyuan-z\"\n  vpc_id = \"v\"\n  cidr_block = \"10.0.0.0/24\""),
            "Its zones are \"cn-heyuan-a\" and \"cn-heyuan-b\"",
        ),
    ];
    with_each_cli(|cli| {
        for (resource, expected) in &cases {
            let printed = Workspace::new(cli, &heyuan(resource)).fail(&["plan", "-no-color", "-input=false"]);
            assert!(printed.contains(expected), "{resource}: {printed}");
        }
    });
}

/// What only the world knows is refused while applying, in the service's words.
#[test]
fn what_the_world_does_not_allow_is_refused_while_applying() {
    let second = |block: &str| {
        format!(
            "{NETWORK}\nresource \"simcloud_vswitch\" \"second\" {{\n  vpc_id = simcloud_vpc.main.id\n  zone_id = \
             \"cn-heyuan-a\"\n  cidr_block = \"{block}\"\n  depends_on = [simcloud_vswitch.main]\n}}\n"
        )
    };
    let cases = [
        (second("172.16.7.128/25"), "InvalidCidrBlock.Overlapped", "overlaps `172.16.7.0/24`"),
        (second("172.17.0.0/24"), "InvalidCidrBlock", "which has `172.16.0.0/16`"),
        (NETWORK.replace("simcloud_vpc.main.id\n  cidr", "\"vpc-1\"\n  cidr"), "InvalidVpcId.NotFound", "`vpc-1`"),
        (
            NETWORK.replace("simcloud_security_group.main.id", "\"default\""),
            "OperationDenied",
            "`default` is the default security group",
        ),
        (
            NETWORK.replace("\"22/22\"", "\"22/22\"\n  nic_type = \"internet\""),
            "InvalidNicType.ValueNotSupported",
            "nic_type can only be `intranet`",
        ),
        (
            NETWORK.replace("cidr_ip           = \"0.0.0.0/0\"", "source_security_group_id = \"sg-none\""),
            "InvalidSecurityGroupId.NotFound",
            "`sg-none`",
        ),
    ];
    with_each_cli(|cli| {
        for (hcl, code, expected) in &cases {
            let workspace = Workspace::new(cli, &heyuan(hcl));
            let printed = workspace.fail(&["apply", "-no-color", "-input=false", "-auto-approve"]);
            assert!(printed.contains(code) && printed.contains(expected), "{hcl}: {printed}");
            workspace.destroy();
        }
    });
}

/// A module that chooses between two arguments with a variable is no mistake: while validating, variables are unknown.
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
