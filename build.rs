//! Generates Rust code from `proto/` with protox, so that no `protoc` needs to be installed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    let descriptors = protox::compile(["proto/tfplugin6.proto", "proto/plugin.proto"], ["proto"])?;
    tonic_prost_build::configure()
        // `src/plugin/server.rs` serves all calls with one codec.
        .build_server(false)
        // The tests use the client.
        .build_client(true)
        .build_transport(false)
        // Sorted maps encode a schema as the same bytes every time.
        .btree_map(".")
        // Values stay in the buffer that they arrived in: a configuration may have megabytes.
        .bytes(".tfplugin6.DynamicValue.msgpack")
        .bytes(".tfplugin6.RawState.json")
        .compile_fds(descriptors)?;
    Ok(())
}
