//! Configurations of the group, each through the real CLI.
