use super::*;

#[test]
fn a_line_that_was_cut_by_a_crash_is_taken_off_and_a_broken_one_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(directory.path()).unwrap();
    journal.write(Record::Promoted { at: 7 }).unwrap();
    journal.write(Record::RolledBack { at: 8 }).unwrap();
    let path = directory.path().join(FILE_NAME);
    let text = fs::read_to_string(&path).unwrap();
    for cut in 0..text.len() {
        fs::write(&path, &text[..cut]).unwrap();
        let whole = text[..cut].matches('\n').count();
        assert_eq!(Journal::read(directory.path()).unwrap().len(), whole);
        let mut journal = Journal::open(directory.path()).unwrap();
        assert_eq!(journal.records().len(), whole);
        journal.write(Record::Promoted { at: 9 }).unwrap();
        assert_eq!(Journal::open(directory.path()).unwrap().records().last(), Some(&Record::Promoted { at: 9 }));
    }
    fs::write(&path, "{\"event\":\"promoted\",\"at\":1}\n{\"event\":\"flown\"}\n").unwrap();
    let error = Journal::open(directory.path()).unwrap_err().to_string();
    assert!(error.contains("in line 2: unknown variant `flown`"), "{error}");
}
