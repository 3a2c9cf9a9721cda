//! An application with the client: it connects, subscribes, publishes with a receipt, and acknowledges.

use stomp_wasm::{AckMode, Client, Error};

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        if let Err(error) = run().await {
            web_sys::console::log_1(&error.to_string().into());
        }
    });
}

async fn run() -> Result<(), Error> {
    let client = Client::builder("ws://localhost/ws").login("guest", "guest").build();
    client.connect().await?;
    let mut jobs = client.subscription("/queue/jobs").ack(AckMode::ClientIndividual).subscribe();
    client.publish("/queue/jobs", "hello").receipt().await?;
    while let Some(job) = jobs.recv().await {
        web_sys::console::log_1(&job.text()?.into());
        job.ack()?;
    }
    Ok(())
}
