//! A plot of simulated policies.

use sdlc_report::chart::{Chart, Line, Marks, Panel};
use sdlc_scale::simulate::{Options, Step};

use super::table::Row;

/// The load and what the replicas could do, the replicas, and when there were too few.
pub(crate) fn chart(title: &str, options: &Options, rows: &[Row]) -> Chart {
    let capacity = options.model.capacity;
    let steps = rows.first().map_or(&[][..], |row| &row.matched.replay.steps);
    let mut load = vec![Line {
        name: "load".to_owned(),
        points: steps.iter().map(|step| (step.at, step.requests_per_second)).collect(),
        stepped: false,
    }];
    load.extend(rows.iter().map(|row| line(row, &row.name, |step| f64::from(step.ready) * capacity)));
    let replicas = rows.iter().map(|row| line(row, &row.name, |step| f64::from(step.asked)));
    let over = rows.iter().map(|row| {
        let steps = row.matched.replay.steps.iter();
        let too_few = steps.filter(|step| step.requests_per_second > f64::from(step.ready) * capacity);
        too_few.map(|step| (step.at.saturating_sub(options.interval), step.at)).collect()
    });
    Chart {
        title: title.to_owned(),
        panels: vec![
            Panel {
                label: "requests per second, and what the replicas that serve can do".to_owned(),
                lines: load,
                first_color: 0,
            },
            Panel { label: "replicas that were asked for".to_owned(), lines: replicas.collect(), first_color: 1 },
        ],
        marks: Marks { label: "over capacity".to_owned(), rows: over.collect() },
    }
}

fn line(row: &Row, name: &str, value: impl Fn(&Step) -> f64) -> Line {
    let points = row.matched.replay.steps.iter().map(|step| (step.at, value(step)));
    Line { name: name.to_owned(), points: points.collect(), stepped: true }
}
