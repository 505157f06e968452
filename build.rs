//! Compiles `proto/` into Rust without a system `protoc`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    let descriptors = protox::compile(["proto/tfplugin6.proto", "proto/plugin.proto"], ["proto"])?;
    tonic_prost_build::configure()
        // What the provider does not implement answers `Unimplemented`, which both CLIs tolerate.
        .generate_default_stubs(true)
        // The client is what the tests speak with.
        .build_client(true)
        .build_transport(false)
        // Sorted, so that schemas are the same bytes every time.
        .btree_map(".")
        .compile_fds(descriptors)?;
    Ok(())
}
