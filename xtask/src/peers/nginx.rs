//! nginx before a broker, with settings of our own, as whoever calls.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::{Kept, TempDir};
use crate::{need, process};

/// A running nginx; dropping it stops it and removes its folder.
pub(crate) struct Nginx {
    // The order matters: fields are dropped from the first to the last.
    process: Kept,
    _dir: TempDir,
}

impl Nginx {
    /// Starts nginx with the settings in `template`, where `@NAME@` stands for what `values` has for `NAME`, `@DIR@` for
    /// nginx's own folder, and `@USER@` for what nginx has to be told where it runs as root. `prepare` may put files into
    /// the folder before. Waits until something listens on `port`.
    pub(crate) fn start(
        template: &str,
        values: &[(&str, String)],
        port: u16,
        prepare: impl FnOnce(&Path) -> Result<()>,
        log: impl FnMut(&str) + Send + Clone + 'static,
    ) -> Result<Self> {
        let nginx = need::nginx()?;
        let dir = TempDir::new("nginx")?;
        prepare(dir.path())?;
        // As root its workers would become another user, who need not be able to read our folders.
        let user = if need::is_root() { "user root;" } else { "" };
        let mut text = template.replace("@DIR@", &dir.path().display().to_string()).replace("@USER@", user);
        for (name, value) in values {
            text = text.replace(&format!("@{name}@"), value);
        }
        let missing = text.lines().find(|line| !line.starts_with('#') && line.contains('@'));
        ensure!(missing.is_none(), "nothing is known for `{}`", missing.unwrap_or_default());
        let settings = dir.write("nginx.conf", &text)?;
        let mut command = Command::new(nginx);
        command.current_dir(dir.path()).args(["-e", "stderr", "-p"]).arg(dir.path()).arg("-c").arg(settings);
        let mut process = Kept::start("nginx", &mut command, log)?;
        process.wait_for_port(port, Duration::from_secs(20))?;
        Ok(Self { process, _dir: dir })
    }

    /// The number of the process, which takes signals.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Writes a key and a certificate for 127.0.0.1, signed by nobody else, into `key.pem` and `cert.pem`.
pub(crate) fn certificate(dir: &Path) -> Result<()> {
    let openssl = need::openssl()?;
    let mut command = Command::new(openssl);
    command
        .current_dir(dir)
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=stomp-wasm test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"]);
    process::run_quiet(&mut command).context("cannot make a certificate")
}
