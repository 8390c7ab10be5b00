//! [`Server`]: a line of `show stat`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::HaproxyError;

/// What HAProxy counted at a server since it is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count {
    pub(crate) requests: u64,
    pub(crate) errors: u64,
}

/// A server of a backend.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) weight: u32,
    /// Its checks succeed, or it has none.
    pub(crate) up: bool,
    /// What the last check said.
    pub(crate) said: String,
    /// Since it went up or down, in seconds.
    pub(crate) since: u64,
    pub(crate) in_flight: u64,
    pub(crate) count: Count,
    /// Mean time to the answers of the last 1,024 requests, in milliseconds.
    pub(crate) response: f64,
}

/// The servers of `show stat NAME 4 -1`.
pub(crate) fn servers(text: &str) -> Result<Vec<Server>, HaproxyError> {
    let nonsense = || HaproxyError::Nonsense(text.lines().next().unwrap_or_default().to_owned());
    let mut lines = text.lines();
    let head = lines.next().and_then(|head| head.strip_prefix("# ")).ok_or_else(nonsense)?;
    let columns: Vec<&str> = head.split(',').collect();
    if !["svname", "status", "hrsp_5xx", "addr"].iter().all(|needed| columns.contains(needed)) {
        return Err(nonsense());
    }
    Ok(lines
        .filter(|line| !line.is_empty())
        .map(|line| server(&columns.iter().copied().zip(line.split(',')).collect()))
        .collect())
}

fn server(line: &HashMap<&str, &str>) -> Server {
    let text = |name: &str| line.get(name).copied().unwrap_or_default();
    let number = |name: &str| text(name).parse().unwrap_or(0);
    let answers = ["hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other"].map(number);
    let unanswered: u64 = number("econ") + number("eresp");
    let check = text("check_status");
    Server {
        name: text("svname").to_owned(),
        address: text("addr").to_owned(),
        weight: text("weight").parse().unwrap_or(0),
        // One that is new counts as up before it was asked for the first time.
        up: text("status").starts_with("UP") && check.ends_with("OK") || text("status") == "no check",
        said: [text("status"), check, text("check_code"), text("check_desc")].join(" ").trim().to_owned(),
        since: number("lastchg"),
        in_flight: number("scur"),
        count: Count { requests: answers.iter().sum::<u64>() + unanswered, errors: number("hrsp_5xx") + unanswered },
        response: text("rtime").parse().unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As HAProxy 2.6 writes it, of the columns that count.
    const STAT: &str = "# pxname,svname,scur,econ,eresp,status,weight,lastchg,check_status,check_code,hrsp_2xx,hrsp_5xx,rtime,check_desc,addr,\n\
                        shop,a-0,2,1,0,UP,256,9,L7OK,200,90,9,12,Layer7 check passed,10.0.0.1:80,\n\
                        shop,a-1,0,0,0,UP,1,0,INI,,0,0,0,,10.0.0.2:80,\n\
                        shop,a-2,0,0,0,DOWN,1,3,L4CON,,0,0,0,Layer4 connection problem,10.0.0.3:80,\n";

    #[test]
    fn servers_are_read_by_the_names_of_columns() {
        let servers = servers(STAT).unwrap();
        assert_eq!(servers.iter().map(|server| server.up).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(servers[0].count, Count { requests: 100, errors: 10 });
        assert_eq!((servers[0].in_flight, servers[0].weight, servers[0].since), (2, 256, 9));
        assert_eq!(servers[2].said, "DOWN L4CON  Layer4 connection problem");
    }

    #[test]
    fn what_is_no_table_is_an_error() {
        assert!(matches!(servers("Unknown command: 'show'"), Err(HaproxyError::Nonsense(_))));
        assert!(servers("").is_err());
    }
}
