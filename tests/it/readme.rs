//! The examples of the README and of the pages in `docs` are run as they stand there.

#[test]
fn the_examples_of_the_readme_run_as_shown() {
    trycmd::TestCases::new().case("README.md").case("docs/*.md");
}
