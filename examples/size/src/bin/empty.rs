//! An application without the client.

fn main() {
    web_sys::console::log_1(&"hello".into());
}
