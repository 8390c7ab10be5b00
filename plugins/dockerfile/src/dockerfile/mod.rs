//! What a Dockerfile says: [`Dockerfile`], its [`Instruction`]s and [`Stage`]s.
//!
//! As BuildKit reads it: parser directives, continuation lines with comments between, here-documents, `ONBUILD`. Does not
//! judge.

mod instruction;
mod lines;
mod run;
mod stage;

pub(crate) use instruction::Instruction;
pub(crate) use run::Run;
pub(crate) use stage::Stage;

/// One file.
pub(crate) struct Dockerfile {
    /// The file's text, in which continuations, and comments between them, are blanks: each instruction but its
    /// here-documents is one line of it, at its own bytes.
    pub(crate) text: String,
    /// In order; that of `ONBUILD` is the one that it wraps.
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) stages: Vec<Stage>,
    /// What is no instruction.
    pub(crate) unknown: Vec<std::ops::Range<usize>>,
}

const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

impl Dockerfile {
    pub(crate) fn parse(text: &str) -> Self {
        let lines::Lines { text, logical } = lines::read(text);
        let mut instructions = Vec::new();
        let mut unknown = Vec::new();
        for line in logical {
            match Instruction::parse(&text, line, false) {
                Some(instruction) if KEYWORDS.contains(&instruction.keyword.as_str()) => instructions.push(instruction),
                Some(instruction) => unknown.push(instruction.keyword_range),
                None => {}
            }
        }
        let stages = stage::of(&instructions);
        Self { text, instructions, stages, unknown }
    }

    /// Instructions of this keyword.
    pub(crate) fn all(&self, keyword: &'static str) -> impl Iterator<Item = &Instruction> {
        self.instructions.iter().filter(move |instruction| instruction.keyword == keyword)
    }

    /// Everything that `RUN` runs.
    pub(crate) fn runs(&self) -> Vec<Run> {
        self.all("RUN").map(|instruction| Run::new(&self.text, instruction)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn words(text: &str) -> Vec<Vec<String>> {
        let dockerfile = Dockerfile::parse(text);
        let all = dockerfile.instructions.iter();
        all.map(|each| {
            std::iter::once(each.keyword.clone()).chain(each.words.iter().map(|word| word.text.clone())).collect()
        })
        .collect()
    }

    #[test]
    fn lines_continue_over_comments_and_blank_lines() {
        let text = "from a\nRUN x \\\n  # comment \\\n\n  && y\n# z\nUSER b\n";
        assert_eq!(words(text), [vec!["FROM", "a"], vec!["RUN", "x", "&&", "y"], vec!["USER", "b"]]);
    }

    #[test]
    fn the_escape_directive_changes_what_continues() {
        let text = "# escape=`\nFROM a\nRUN x `\n y\nCOPY c:\\ d\n";
        assert_eq!(words(text), [vec!["FROM", "a"], vec!["RUN", "x", "y"], vec!["COPY", "c:\\", "d"]]);
        let text = "# comment\n# escape=`\nRUN x \\\n y";
        assert_eq!(words(text), [vec!["RUN", "x", "y"]]);
    }

    #[test]
    fn here_documents_are_no_instructions() {
        let text = "RUN <<EOF\nUSER x\nEOF\nCOPY <<-'A' <<B /c/\n\tUSER y\n\tA\nUSER z\nB\nUSER w\n";
        assert_eq!(words(text).len(), 3);
        let dockerfile = Dockerfile::parse(text);
        assert_eq!(dockerfile.instructions[1].heredocs.len(), 2);
    }

    #[test]
    fn forms_flags_and_triggers_are_read() {
        let dockerfile =
            Dockerfile::parse("FROM --platform=$X a AS b\nONBUILD COPY --from=b --chmod=777 [\"c d\", \"e\"]\nFOO x\n");
        let copy = &dockerfile.instructions[1];
        assert_eq!((copy.keyword.as_str(), copy.onbuild), ("COPY", true));
        assert_eq!(copy.flag("chmod").map(|flag| flag.value.as_str()), Some("777"));
        assert_eq!(copy.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["c d", "e"]);
        assert_eq!(dockerfile.unknown.len(), 1);
    }

    #[test]
    fn stages_know_their_image_through_arguments_and_names() {
        let dockerfile =
            Dockerfile::parse("ARG V=3\nARG I\nFROM python:${V} AS base\nFROM base\nFROM $I\nFROM ${J:-x:1}\n");
        let images: Vec<_> = dockerfile.stages.iter().map(|stage| stage.image.as_deref()).collect();
        assert_eq!(images, [Some("python:3"), Some("base"), None, Some("x:1")]);
        assert_eq!(dockerfile.stages[1].parent, Some(0));
    }

    proptest! {
        #[test]
        fn any_text_gives_words_within_it(text in "(\\PC|[\n\t #\\\\`\"\\[\\]$<]|RUN |FROM |ONBUILD |COPY <<A\n|# escape=`\n){0,60}") {
            let dockerfile = Dockerfile::parse(&text);
            prop_assert_eq!(dockerfile.text.len(), text.len());
            for word in dockerfile.instructions.iter().flat_map(|each| &each.words) {
                prop_assert!(text.get(word.range.clone()).is_some());
            }
            let _ = dockerfile.runs();
        }
    }
}
