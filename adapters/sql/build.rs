//! Migrations are compiled in; this compiles anew when one is added.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
