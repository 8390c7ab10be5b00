//! A reading as a line for people.

use sdlc_model::reading::Reading;

use crate::moment::local;

/// Such as `10:00:05  1.4.0  3/3 healthy  cpu 41 %  memory 12 %  230.0 requests/s  0.00 % failed  p95 12 ms`.
pub(crate) fn line(reading: &Reading) -> String {
    let time = local(reading.at, "%T");
    let Reading { version, healthy, asked, cpu, memory, .. } = reading;
    let traffic = match &reading.traffic {
        None => "the proxy does not run".to_owned(),
        Some(traffic) => {
            let latency = traffic.latency_p95.map_or_else(|| "-".to_owned(), |latency| format!("{latency:.0} ms"));
            let (rate, failed) = (traffic.requests_per_second, 100.0 * traffic.error_rate);
            format!("{rate:7.1} requests/s  {failed:5.2} % failed  p95 {latency}")
        }
    };
    format!("{time}  {version}  {healthy}/{asked} healthy  cpu {cpu:4.0} %  memory {memory:3.0} %  {traffic}")
}
