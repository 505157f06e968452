//! The forms of ARNs, in which a service names its objects.

use super::type_names;

/// By the first words of the types' names. Most services have one form; `KIND` is the last word of what is named.
const FORMS: &[(&str, &str)] = &[
    ("alicloud", "acs:SERVICE:REGION:ACCOUNT:KIND/NAME"),
    ("alicloud_config", "acs:config::ACCOUNT:KIND/NAME"),
    ("alicloud_fc", "acs:fc:REGION:ACCOUNT:KINDs/NAME"),
    ("alicloud_fc_layer_version", "acs:fc:REGION:ACCOUNT:layers/NAME/versions/1"),
    ("alicloud_fcv2", "acs:fc:REGION:ACCOUNT:KINDs/NAME"),
    ("alicloud_fcv3", "acs:fc:REGION:ACCOUNT:KINDs/NAME"),
    ("alicloud_fcv3_layer_version", "acs:fc:REGION:ACCOUNT:layers/NAME/versions/1"),
    ("alicloud_ims_oidc_provider", "acs:ram::ACCOUNT:oidc-provider/NAME"),
    ("alicloud_message_service", "acs:mns:REGION:ACCOUNT:KIND/NAME"),
    ("alicloud_oss", "acs:oss:*:*:NAME"),
    ("alicloud_ram", "acs:ram::ACCOUNT:KIND/NAME"),
    ("alicloud_ram_saml_provider", "acs:ram::ACCOUNT:saml-provider/NAME"),
    ("alicloud_service_catalog", "acs:servicecatalog:REGION:ACCOUNT:KIND/NAME"),
    ("alicloud_sls", "acs:log:REGION:ACCOUNT:KIND/NAME"),
    ("aws", "arn:aws:SERVICE:REGION:ACCOUNT:KIND/NAME"),
    ("aws_cloudwatch_log_group", "arn:aws:logs:REGION:ACCOUNT:log-group:NAME"),
    ("aws_db", "arn:aws:rds:REGION:ACCOUNT:db:NAME"),
    ("aws_eip", "arn:aws:ec2:REGION:ACCOUNT:elastic-ip/NAME"),
    ("aws_iam", "arn:aws:iam::ACCOUNT:KIND/NAME"),
    ("aws_iam_instance_profile", "arn:aws:iam::ACCOUNT:instance-profile/NAME"),
    ("aws_instance", "arn:aws:ec2:REGION:ACCOUNT:instance/NAME"),
    ("aws_lambda_function", "arn:aws:lambda:REGION:ACCOUNT:function:NAME"),
    ("aws_lb", "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME"),
    ("aws_lb_listener", "arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/app/NAME"),
    ("aws_lb_target_group", "arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME"),
    ("aws_s3", "arn:aws:s3:::NAME"),
    ("aws_secretsmanager_secret", "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"),
    ("aws_security_group", "arn:aws:ec2:REGION:ACCOUNT:security-group/NAME"),
    ("aws_sns_topic", "arn:aws:sns:REGION:ACCOUNT:NAME"),
    ("aws_sqs_queue", "arn:aws:sqs:REGION:ACCOUNT:NAME"),
    ("aws_subnet", "arn:aws:ec2:REGION:ACCOUNT:subnet/NAME"),
    ("aws_vpc", "arn:aws:ec2:REGION:ACCOUNT:vpc/NAME"),
];

/// The form of an ARN that an attribute of a type has: of its own object, or of another one (`role_arn`).
fn form(type_name: &str, attribute: &str) -> &'static str {
    let is_role = attribute == "role_arn" || attribute.ends_with("_role_arn") || type_name.ends_with("_role");
    let is_of_identity = ["user_arn", "group_arn", "policy_arn"].contains(&attribute);
    let family = match (is_role || is_of_identity, type_name.starts_with("aws_")) {
        (true, true) => "aws_iam",
        (true, false) => "alicloud_ram",
        (false, _) => type_name,
    };
    type_names::longest(family, FORMS).copied().unwrap_or("acs:SERVICE:REGION:ACCOUNT:KIND/NAME")
}

/// The ARN that an attribute of a type has, of an object with this name.
pub(super) fn of(type_name: &str, attribute: &str, region: &str, account_id: &str, name: &str) -> String {
    let words = type_names::words(type_name).unwrap_or_default();
    let subject = attribute.strip_suffix("_arn").unwrap_or(words);
    let parts = [
        ("SERVICE", words.split('_').next().unwrap_or_default()),
        ("KIND", subject.rsplit('_').next().unwrap_or(subject)),
        ("REGION", region),
        ("ACCOUNT", account_id),
    ];
    let form = form(type_name, attribute).to_owned();
    let filled = parts.iter().fold(form, |text, (placeholder, part)| text.replace(placeholder, part));
    // The name last: it may contain such a word.
    filled.replace("NAME", name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_arn_has_the_form_of_its_service() {
        let of = |type_name, attribute| super::of(type_name, attribute, "cn-beijing", "1", "REGION-x");
        for (type_name, attribute, expected) in [
            ("alicloud_ram_role", "arn", "acs:ram::1:role/REGION-x"),
            ("alicloud_resource_manager_role", "arn", "acs:ram::1:role/REGION-x"),
            ("alicloud_db_instance", "role_arn", "acs:ram::1:role/REGION-x"),
            ("alicloud_ram_saml_provider", "arn", "acs:ram::1:saml-provider/REGION-x"),
            ("alicloud_oss_bucket", "arn", "acs:oss:*:*:REGION-x"),
            ("alicloud_log_project", "arn", "acs:log:cn-beijing:1:project/REGION-x"),
            ("alicloud_kms_key", "arn", "acs:kms:cn-beijing:1:key/REGION-x"),
            ("alicloud_config_rule", "config_rule_arn", "acs:config::1:rule/REGION-x"),
            ("alicloud_fcv3_function", "function_arn", "acs:fc:cn-beijing:1:functions/REGION-x"),
            ("alicloud_fcv3_layer_version", "layer_version_arn", "acs:fc:cn-beijing:1:layers/REGION-x/versions/1"),
            ("aws_iam_policy", "arn", "arn:aws:iam::1:policy/REGION-x"),
            ("aws_s3_bucket", "arn", "arn:aws:s3:::REGION-x"),
            ("aws_security_group", "arn", "arn:aws:ec2:cn-beijing:1:security-group/REGION-x"),
        ] {
            assert_eq!(of(type_name, attribute), expected);
        }
    }
}
