//! ActiveMQ, which speaks STOMP over TCP only, behind websockify, which carries those bytes in WebSocket messages. Ports,
//! data and settings are our own; it runs as whoever calls.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::ports;
use crate::need;
use crate::process::{Kept, TempDir};

/// From the start of Java to the line that says that the broker is up: two seconds on a fast machine, far more on one that
/// also compiles.
const START_LIMIT: Duration = Duration::from_secs(120);

/// A running ActiveMQ and its bridge. Dropping it stops both and removes their folder.
pub(crate) struct ActiveMq {
    // The order matters: fields are dropped from the first to the last.
    bridge: Kept,
    broker: Kept,
    _dir: TempDir,
    ws_url: String,
}

impl ActiveMq {
    /// Installs both if need be, starts them and waits until they take connections. The only user is `guest` with the
    /// password `guest`.
    pub(crate) fn start(log: impl FnMut(&str) + Send + Clone + 'static) -> Result<Self> {
        let need::ActiveMq { java, home } = need::activemq()?;
        let websockify = need::websockify()?;
        let dir = TempDir::new("activemq")?;
        let settings = dir.write("activemq.xml", SETTINGS)?;
        let logging = dir.write("log4j.properties", LOGGING)?;
        std::fs::create_dir(dir.path().join("tmp")).context("cannot make a folder for Java's temporary files")?;

        let mut command = Command::new(java);
        command
            .current_dir(dir.path())
            // It lives for a minute: what starts fast matters more than what runs fast.
            .args(["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"])
            .arg(property("log4j.configuration", &format!("file:{}", logging.display())))
            .arg(property("java.io.tmpdir", &path(&dir.path().join("tmp"))))
            .arg(property("activemq.home", &path(&home)))
            .arg(property("activemq.base", &path(dir.path())))
            .arg(property("activemq.conf", &path(dir.path())))
            .arg(property("activemq.data", &path(&dir.path().join("data"))))
            .arg("-jar")
            .arg(home.join("bin/activemq.jar"))
            .args(["start", &format!("xbean:file:{}", settings.display())]);
        let mut broker = Kept::start("ActiveMQ", &mut command, log.clone())?;
        // The operating system has chosen the port; this line tells it.
        let stomp = broker.wait_for_line(START_LIMIT, port_in)?;
        broker.wait_for_line(START_LIMIT, |line| {
            (line.contains("Apache ActiveMQ") && line.ends_with(" started")).then_some(())
        })?;

        let [port] = ports::free()?;
        let mut command = Command::new(websockify);
        command.current_dir(dir.path()).args([format!("127.0.0.1:{port}"), format!("127.0.0.1:{stomp}")]);
        let mut bridge = Kept::start("websockify", &mut command, log)?;
        bridge.wait_for_port(port, Duration::from_secs(60))?;
        Ok(Self { bridge, broker, _dir: dir, ws_url: format!("ws://127.0.0.1:{port}/") })
    }

    /// The address of STOMP over WebSocket.
    pub(crate) fn ws_url(&self) -> &str {
        &self.ws_url
    }

    /// An error if one of the two has ended.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        self.broker.still_runs()?;
        self.bridge.still_runs()
    }
}

fn property(name: &str, value: &str) -> String {
    format!("-D{name}={value}")
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// The port in `INFO | Listening for connections at: stomp://localhost:45577`, which may be followed by options.
fn port_in(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("Listening for connections at: stomp://")?;
    let (_, port) = address.rsplit_once(':')?;
    port.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// ActiveMQ's own defaults as far as possible, since its habits are what we test against. What differs: one user with a
/// password, no management over JMX, and no more than the STOMP connector.
const SETTINGS: &str = r#"<beans xmlns="http://www.springframework.org/schema/beans"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.springframework.org/schema/beans
      http://www.springframework.org/schema/beans/spring-beans-2.0.xsd
      http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
  <bean class="org.springframework.beans.factory.config.PropertyPlaceholderConfigurer"/>
  <broker xmlns="http://activemq.apache.org/schema/core" brokerName="stomp-wasm" useJmx="false"
      dataDirectory="${activemq.data}">
    <plugins>
      <simpleAuthenticationPlugin>
        <users><authenticationUser username="guest" password="guest" groups="users"/></users>
      </simpleAuthenticationPlugin>
    </plugins>
    <persistenceAdapter><kahaDB directory="${activemq.data}/kahadb"/></persistenceAdapter>
    <transportConnectors><transportConnector name="stomp" uri="stomp://127.0.0.1:0"/></transportConnectors>
  </broker>
</beans>
"#;

/// Debian's ActiveMQ logs through log4j 1.2.
const LOGGING: &str = "log4j.rootLogger=INFO, out\n\
    log4j.appender.out=org.apache.log4j.ConsoleAppender\n\
    log4j.appender.out.layout=org.apache.log4j.PatternLayout\n\
    log4j.appender.out.layout.ConversionPattern=%5p | %m%n\n";

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn finds_the_port_of_the_connector() {
        assert_eq!(port_in(" INFO | Listening for connections at: stomp://localhost:45577"), Some(45577));
        assert_eq!(port_in("Listening for connections at: stomp://127.0.0.1:4?transport.trace=true"), Some(4));
        assert_eq!(port_in(" INFO | Listening for connections at: tcp://localhost:61616"), None);
        assert_eq!(port_in("Connector stomp started"), None);
    }
}
