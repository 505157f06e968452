//! A temporary folder with a world, in which the binary runs.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use simcloud::base::Billing;
use simcloud::base::Time;
use simcloud::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, GroupType, LaunchConfiguration, LaunchTemplateConfig, TypeFilters,
};
use simcloud::cloud::{ClockSource, CloudConfig, SimCloud, WorldLocation};
use simcloud::market::Scenario;
use tempfile::TempDir;

pub(crate) struct Sandbox {
    folder: TempDir,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With a group of one pay-as-you-go and two spot instances in `world.db`.
    pub(crate) fn with_a_group() -> Self {
        let sandbox = Self::new();
        sandbox.create("web", 1, 2);
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a group in `world.db`.
    pub(crate) fn create(&self, name: &str, pay_as_you_go: u32, spot: u32) {
        self.create_group(&group(name, pay_as_you_go, spot));
    }

    /// Makes a group as it is asked for in `world.db`.
    pub(crate) fn create_group(&self, request: &CreateAutoProvisioningGroupRequest) {
        self.cloud().create_auto_provisioning_group(request).unwrap();
    }

    pub(crate) fn cloud(&self) -> SimCloud {
        SimCloud::new(CloudConfig {
            region: "cn-heyuan".into(),
            world: WorldLocation::File(self.path("world.db")),
            scenario: Arc::new(Scenario::default()),
            clock: ClockSource::World,
            keeps_empty_world: false,
            random_number: || 1,
            scenario_document: None,
            real_time: || Time::START,
        })
    }

    /// The binary in this folder, without the variables that could steer it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_terraform-provider-simcloud"), arguments)
    }

    /// Another program in this folder, without these variables.
    pub(crate) fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if ["TF_", "PLUGIN_", "SIMCLOUD_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Printed {
        self.finish(self.command(arguments))
    }

    /// Waits for the end; this folder's path reads `[folder]`.
    pub(crate) fn finish(&self, mut command: Command) -> Printed {
        let output = command.output().unwrap();
        let folder = self.folder.path().display().to_string();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&folder, "[folder]");
        Printed { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().unwrap() }
    }

    /// Runs a command about `world.db` that must succeed, and returns what it printed.
    #[track_caller]
    pub(crate) fn world(&self, arguments: &[&str]) -> String {
        let printed = self.run(&[&["world"], arguments, &["--world", "world.db"]].concat());
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{arguments:?}: {printed:?}");
        printed.stdout
    }

    /// Runs a command that must be refused, and returns why.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let printed = self.run(arguments);
        assert_eq!((printed.code, printed.stdout.as_str()), (1, ""), "{arguments:?}: {printed:?}");
        printed.stderr
    }

    /// Each of these commands, and why it was refused, for a snapshot.
    #[track_caller]
    pub(crate) fn refusals(&self, commands: &[&[&str]]) -> String {
        let refusal =
            |command: &&[&str]| format!("$ {}\n{}\n", command.join(" "), without_system_error(&self.refused(command)));
        commands.iter().map(refusal).collect()
    }
}

/// The text with the reason of the operating system, which differs between platforms, replaced.
pub(crate) fn without_system_error(text: &str) -> String {
    let Some((before, after)) = text.split_once(" (os error ") else { return text.to_owned() };
    let said = before.rfind(": ").map_or(before, |colon| &before[..colon]);
    let rest = after.split_once(')').map_or("", |(_, rest)| rest);
    format!("{said}: [system error]{rest}")
}

pub(crate) fn group(name: &str, pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        name: Some(name.to_owned()),
        group_type: GroupType::Instant,
        capacity: Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, default_type: Billing::Spot },
        configs: vec![LaunchTemplateConfig {
            instance_type: Some("ecs.s6-c1m1.small".into()),
            filters: TypeFilters::default(),
            vswitch_id: None,
            zone_id: Some("cn-heyuan-b".into()),
            weighted_capacity: None,
            max_price: None,
            priority: None,
            image_id: None,
        }],
        launch_configuration: LaunchConfiguration {
            image_id: Some("aliyun_3_x64_20G_alibase_20250629.vhd".into()),
            ..LaunchConfiguration::default()
        },
        terminate_instances: true,
        ..CreateAutoProvisioningGroupRequest::default()
    }
}
