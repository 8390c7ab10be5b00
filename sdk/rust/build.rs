//! Says where the contract lies: two levels up in sdlc's own repository, beside the SDK in a plugin's
//! project, where `sdlc plugin new` puts a copy of both.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::path::Path::new("../wit").is_dir() {
        println!("cargo::rustc-cfg=in_project");
    }
}
