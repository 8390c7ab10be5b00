use super::*;
use crate::{formats::Reported, measured::Measured};

fn mapped(files: &[&str], roots: &[&str], paths: &[&str]) -> Vec<Mapped> {
    let mut files: Vec<_> = files.iter().map(|file| (*file).to_owned()).collect();
    files.sort();
    let reported = |path: &&str| Reported { path: (*path).to_owned(), measured: Measured::default() };
    let parsed = Parsed {
        files: paths.iter().map(reported).collect(),
        roots: roots.iter().map(|root| (*root).to_owned()).collect(),
    };
    Map::new(&files, Vec::new()).report(&parsed).unwrap()
}

fn file(path: &str) -> Mapped {
    Mapped::File(path.to_owned())
}

fn nowhere(path: &str) -> Mapped {
    Mapped::Nowhere(path.to_owned())
}

#[test]
fn a_path_of_another_machine_is_found_by_how_it_ends() {
    let files = ["src/shop/cart.py", "setup.py"];
    assert_eq!(
        mapped(&files, &[], &["/build/x/src/shop/cart.py", "/build/x/setup.py"]),
        [file("src/shop/cart.py"), file("setup.py")]
    );
    assert_eq!(mapped(&files, &[], &[r"D:\a\src\shop\cart.py"]), [file("src/shop/cart.py")]);
}

#[test]
fn a_file_below_a_root_comes_before_one_of_its_name_elsewhere() {
    let files = ["cart.py", "src/shop/cart.py"];
    assert_eq!(mapped(&files, &["/build/src/shop"], &["cart.py"]), [file("src/shop/cart.py")]);
    assert_eq!(mapped(&files, &["/build/src/shop/"], &["cart.py"]), [file("src/shop/cart.py")]);
}

#[test]
fn a_file_of_a_library_is_not_taken_for_one_of_the_same_name() {
    let files = ["__init__.py", "shop/a.py", "shop/b.py"];
    assert_eq!(
        mapped(&files, &[], &["/build/shop/a.py", "/usr/lib/other/__init__.py", "/build/__init__.py"]),
        [file("shop/a.py"), nowhere("usr/lib/other/__init__.py"), file("__init__.py")]
    );
}

#[test]
fn a_report_from_a_directory_of_the_workspace_fits() {
    assert_eq!(mapped(&["backend/shop/a.py", "frontend/a.js"], &[], &["shop/a.py"]), [file("backend/shop/a.py")]);
    assert_eq!(mapped(&["backend/shop/a.py"], &["/build/backend"], &["shop/a.py"]), [file("backend/shop/a.py")]);
}

#[test]
fn a_package_and_a_name_are_found_below_the_source_directory() {
    let files = ["src/main/java/com/acme/Cart.java", "src/test/java/com/acme/CartTest.java"];
    assert_eq!(mapped(&files, &[], &["com/acme/Cart.java"]), [file("src/main/java/com/acme/Cart.java")]);
}

#[test]
fn what_could_be_several_files_is_none() {
    let files = ["one/src/a.py", "two/src/a.py"];
    assert_eq!(mapped(&files, &[], &["src/a.py"]), [Mapped::Ambiguous("src/a.py".to_owned())]);
    assert_eq!(mapped(&files, &["/x/one", "/x/two"], &["src/a.py"]), [Mapped::Ambiguous("src/a.py".to_owned())]);
}

#[test]
fn no_path_leads_out_of_the_workspace() {
    assert_eq!(mapped(&["etc/x"], &[], &["../../../etc/passwd"]), [nowhere("etc/passwd")]);
}

#[test]
fn a_rename_comes_first() {
    let files = ["a/cart/cart.go".to_owned(), "cart/cart.go".to_owned()];
    let renames = vec![Rename { from: "example.com/a".to_owned(), to: "a".to_owned() }];
    let reported = Reported { path: "example.com/a/cart/cart.go".to_owned(), measured: Measured::default() };
    let parsed = Parsed { files: vec![reported], ..Parsed::default() };
    assert_eq!(Map::new(&files, renames).report(&parsed).unwrap(), [file("a/cart/cart.go")]);
}
