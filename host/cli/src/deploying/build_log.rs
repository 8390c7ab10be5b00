//! [`BuildLog`]: what the builder of an engine says, a line a step.

/// Of the steps of a Dockerfile, with what their commands print.
#[derive(Debug, Default)]
pub(crate) struct BuildLog {
    /// A step that is not told yet: the next line says whether it was done before.
    step: Option<String>,
}

impl BuildLog {
    /// Lines to show, once this one came.
    pub(crate) fn take(&mut self, line: &str) -> Vec<String> {
        let said = line.trim();
        if said == "---> Using cache" {
            return self.step.take().map(|step| format!("{step} (as before)")).into_iter().collect();
        }
        // Names of layers, and of containers that are gone: nobody can do anything with them.
        if said.starts_with("--->") || said.starts_with("Removing intermediate container ") {
            return self.end();
        }
        let mut lines = self.end();
        if said.starts_with("Step ") {
            self.step = Some(said.to_owned());
        } else if !said.starts_with("Successfully ") {
            lines.push(line.to_owned());
        }
        lines
    }

    /// What is left, once the builder has ended.
    pub(crate) fn end(&mut self) -> Vec<String> {
        self.step.take().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_line_and_one_that_was_done_before_says_so() {
        let said = "Step 1/3 : FROM scratch\n ---> \nStep 2/3 : COPY . /www\n ---> Using cache\n ---> 77aa\n\
                    Step 3/3 : RUN make\n ---> Running in 0123\nmaking it\nRemoving intermediate container 0123\n ---> 99ff\n\
                    Successfully built 99ff\nSuccessfully tagged shop:1\nStep 4/4 : CMD x";
        let mut log = BuildLog::default();
        let mut lines: Vec<_> = said.lines().flat_map(|line| log.take(line)).collect();
        lines.extend(log.end());
        let expected = [
            "Step 1/3 : FROM scratch",
            "Step 2/3 : COPY . /www (as before)",
            "Step 3/3 : RUN make",
            "making it",
            "Step 4/4 : CMD x",
        ];
        assert_eq!(lines, expected);
    }
}
