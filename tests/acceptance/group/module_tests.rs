use crate::cli::{Workspace, with_each_cli};

/// Every test file of the example module passes, and leaves nothing behind.
#[test]
fn the_tests_of_the_example_module_pass() {
    with_each_cli(|cli| {
        let workspace = Workspace::example(cli, "testing-a-fleet");
        let files = std::fs::read_dir(workspace.work().join("tests")).expect("the tests").count();
        let printed = workspace.run(&["test", "-no-color"]);
        assert_eq!(printed.code, 0, "{}:\n{}", cli.version, printed.text);
        assert_eq!(printed.text.matches(".tftest.hcl... pass").count(), files, "{}", printed.text);
    });
}

/// As it stands, the module is an ordinary configuration.
#[test]
fn the_example_module_can_be_applied() {
    with_each_cli(|cli| {
        let workspace = Workspace::example(cli, "testing-a-fleet");
        workspace.apply();
        workspace.destroy();
    });
}
