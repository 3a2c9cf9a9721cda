//! Ports from the operating system.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// `N` ports that are free now and differ from each other, for programs that cannot be told to choose one themselves.
/// Between this and their start another process might take one; the kernel hands out ephemeral ports at random and so
/// makes that unlikely, and the program then fails at its start, loudly.
pub(crate) fn free<const N: usize>() -> Result<[u16; N]> {
    // All are held until all are known: one closed early could be given out again.
    let listeners: Vec<TcpListener> = (0..N)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<Result<_, _>>()
        .context("the operating system gives no free port")?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_ports_differ() {
        let mut ports = super::free::<8>().unwrap().to_vec();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 8);
    }
}
